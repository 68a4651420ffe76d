/**
 * Measures `ringfence eval` on a cluster's whole dump: the time of the command and its peak memory,
 * for three sizes, as JSON and as YAML.
 *
 * The target: 50 MB of `kubectl get -o json` in less than 10 s and 1 GB.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dump } from './dump.ts';

const SIZES = [
  { format: 'json', pods: 1_400 },
  { format: 'json', pods: 2_800 },
  { format: 'json', pods: 5_600 },
  { format: 'yaml', pods: 13_000 },
] as const;
const LIMIT_MS = 10_000;
const LIMIT_MB = 1_000;
const REPORT_PEAK = `process.on('exit', () => process.stderr.write(String(process.resourceUsage().maxRSS)))`;

const main = path.join(import.meta.dirname, '../packages/cli/src/main.ts');
const folder = mkdtempSync(path.join(tmpdir(), 'ringfence-dump-'));
try {
  for (const { format, pods } of SIZES) {
    const file = path.join(folder, `dump.${format}`);
    const megabytes = write(file, dump(format, pods)) / 1e6;
    const { ms, peakMb } = run(file);
    process.stdout.write(
      `${megabytes.toFixed(0).padStart(3)} MB of ${format}, ${pods} pods: ` +
        `${(ms / 1000).toFixed(2)} s, ${peakMb.toFixed(0)} MB at the peak\n`,
    );
    if (ms > LIMIT_MS || peakMb > LIMIT_MB) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}

function write(file: string, pieces: Iterable<string>): number {
  const descriptor = openSync(file, 'w');
  for (const piece of pieces) writeSync(descriptor, piece);
  closeSync(descriptor);
  return statSync(file).size;
}

function run(file: string): { readonly ms: number; readonly peakMb: number } {
  const question = ['--from', '203.0.113.1', '--to', '203.0.113.2', '--port', '80'];
  const preload = `data:text/javascript,${encodeURIComponent(REPORT_PEAK)}`;
  const started = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--conditions=source', '--import', preload, main, 'eval', '-f', file, ...question],
    { encoding: 'utf8' },
  );
  const ms = performance.now() - started;
  if (status !== 0) throw new Error(`eval -f ${file}: exit ${status}\n${stderr.slice(0, 2_000)}`);
  return { ms, peakMb: Number(/\d+$/u.exec(stderr)?.[0]) / 1024 };
}
