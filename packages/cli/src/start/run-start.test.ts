import { expect, test } from 'vitest';
import { record } from '../recording-world.ts';

test('shows the whole shop in 25 lines, the table under 80 columns', async () => {
  const { stdout, stderr, exitCode } = await record(['start']);
  await expect(stdout).toMatchFileSnapshot('testdata/start.txt');
  const lines = stdout.trimEnd().split('\n');
  expect(lines[0]).toContain('predicted, nothing enforced');
  expect(lines.length).toBeLessThanOrEqual(25);
  const table = lines.slice(1, lines.indexOf('try next:'));
  for (const line of table) expect(line.length).toBeLessThan(80);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
});

test('what it says to try is denied, and its expectations hold', async () => {
  const { stdout } = await record(['start']);
  const commands = stdout
    .split('\n')
    .filter((line) => line.startsWith('  packages/cli/bin/ringfence '));
  const codes: number[] = [];
  for (const line of commands) {
    const [, ...args] = line.trim().split(' ');
    codes.push((await record(args)).exitCode);
  }
  expect(codes).toEqual([1, 0]);
});
