/**
 * Measures the whole command `ringfence matrix` on a folder of manifests, a file for each namespace,
 * in every format.
 *
 * The target: 2,000 pods x 400 policies in at most 0.5 s. The formats that print every pair are
 * printed into nothing. The compile cache is warm, as it is from the second run on.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { blockYaml } from '@ringfence/core';
import { companyObjects, POLICIES_OF_TEAM } from './company.ts';
import { manifestOf } from './manifest.ts';

const TEAMS = 40;
const RUNS = 11;
const LIMIT_MS = 500;
const FORMATS = ['table', 'wide', 'json', 'yaml', 'csv', 'md'];
const launcher = path.join(import.meta.dirname, '../packages/cli/bin/ringfence');
const folder = mkdtempSync(path.join(tmpdir(), 'ringfence-matrix-'));
try {
  const bytes = writeFolder(folder);
  process.stdout.write(
    `${TEAMS * 50} pods x ${TEAMS * POLICIES_OF_TEAM} policies, ${(bytes / 1e6).toFixed(1)} MB of YAML\n`,
  );
  const times = new Map<string, number[]>(FORMATS.map((format) => [format, []]));
  for (let run = 0; run <= RUNS; run += 1) {
    // By turns: what else the machine does for some seconds is not one format's burden.
    for (const [format, samples] of times) {
      const ms = timeOf(format);
      if (run > 0) samples.push(ms);
    }
  }
  for (const [format, samples] of times) {
    samples.sort((left, right) => left - right);
    const median = samples[Math.floor(RUNS / 2)] ?? 0;
    const [least = 0, most = 0] = [samples[0], samples.at(-1)];
    process.stdout.write(
      `  -o ${format.padEnd(6)} ${median.toFixed(0)} ms (${least.toFixed(0)} to ${most.toFixed(0)})\n`,
    );
    if (median > LIMIT_MS) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** @returns how many bytes it wrote. */
function writeFolder(root: string): number {
  const texts = new Map<string, string>();
  for (const object of companyObjects({ teams: TEAMS, podsOfTeam: 50 })) {
    const file = 'namespace' in object && object.namespace !== '' ? object.namespace : 'cluster';
    texts.set(file, `${texts.get(file) ?? ''}---\n${blockYaml(manifestOf(object))}\n`);
  }
  mkdirSync(root, { recursive: true });
  let bytes = 0;
  for (const [name, text] of texts) {
    writeFileSync(path.join(root, `${name}.yaml`), text);
    bytes += text.length;
  }
  return bytes;
}

function timeOf(format: string): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(launcher, ['matrix', '-f', folder, '-o', format], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  const ms = performance.now() - started;
  if (status !== 0)
    throw new Error(`matrix -o ${format}: exit ${status}\n${stderr.slice(0, 2_000)}`);
  return ms;
}
