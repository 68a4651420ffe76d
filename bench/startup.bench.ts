/**
 * Measures what `ringfence eval` on a small folder costs, against an empty Node program.
 *
 * The target: at most three times the empty program. The compile cache is warm, as it is from the
 * second run on; the launcher's shell is part of the figure.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const RUNS = 30;
const LIMIT = 3;
const root = path.join(import.meta.dirname, '..');
const launcher = path.join(root, 'packages/cli/bin/ringfence');
const folder = mkdtempSync(path.join(tmpdir(), 'ringfence-startup-'));

try {
  const empty = path.join(folder, 'empty.js');
  writeFileSync(empty, '');
  const manifests = path.join(root, 'examples/shop');
  const question = ['--from', 'shop/deploy/web', '--to', 'shop/deploy/api', '--port', '8081'];
  const nothing = medianMs(process.execPath, [empty]);
  const version = medianMs(launcher, ['--version']);
  const evaluation = medianMs(launcher, ['eval', '-f', manifests, ...question]);
  const times = (ms: number): string => `${ms.toFixed(1)} ms (${(ms / nothing).toFixed(2)} times)`;
  process.stdout.write(`an empty Node program  ${nothing.toFixed(1)} ms\n`);
  process.stdout.write(`ringfence --version    ${times(version)}\n`);
  process.stdout.write(`ringfence eval         ${times(evaluation)}, limit ${LIMIT} times\n`);
  process.exitCode = evaluation > LIMIT * nothing ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}

/** The middle one of many runs, after one that warms the caches. */
function medianMs(program: string, args: readonly string[]): number {
  const env = { ...process.env, XDG_CACHE_HOME: folder };
  const run = (): number => {
    const started = performance.now();
    const { status, stderr } = spawnSync(program, args, { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: exit ${status}\n${stderr}`);
    return performance.now() - started;
  };
  run();
  const durations = Array.from({ length: RUNS }, run).toSorted((one, other) => one - other);
  return durations[RUNS / 2] ?? 0;
}
