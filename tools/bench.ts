/**
 * Runs the benchmarks, one program after the other: `npm run bench`.
 *
 * A benchmark is a file `bench/NAME.bench.ts`; it prints its figures and exits with 1 when it
 * misses its target. With arguments only those whose name contains one of them are run.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const filters = process.argv.slice(2);
const benchmarks = globSync('bench/*.bench.ts', { cwd: root })
  .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
  .toSorted();
if (benchmarks.length === 0) process.stdout.write('there is no such benchmark\n');
for (const file of benchmarks) {
  const { status } = spawnSync(process.execPath, [...process.execArgv, file], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
