import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PLAIN } from '../command-line/paint.ts';
import type { TriedConnection } from '../control/protocol.ts';
import { record, type Recording } from '../recording-world.ts';
import { besideText } from './beside-text.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ringfence-start-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Where no process of ours can be started, no network can be made. */
const startWithoutNetwork = (): Promise<Recording> =>
  record(['start'], { env: { RINGFENCE_STATE: path.join(folder, 'state') }, self: ['false'] });

test('where no network can be made, it shows in 25 lines what would be, and why it is not', async () => {
  const { stdout, stderr, exitCode } = await startWithoutNetwork();
  await expect(stdout).toMatchFileSnapshot('testdata/start.txt');
  const lines = stdout.trimEnd().split('\n');
  expect(lines[0]).toContain('predicted, nothing enforced');
  expect(lines.length).toBeLessThanOrEqual(25);
  const table = lines.slice(1, lines.indexOf('try next:'));
  for (const line of table) expect(line.length).toBeLessThan(80);
  expect(stderr).toContain('the lab does not start');
  expect(exitCode).toBe(0);
});

test('what it says to try is denied, and its expectations hold', async () => {
  const { stdout } = await startWithoutNetwork();
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

type Verdict = TriedConnection['predicted'];

const tried = (
  [from, to, port]: readonly [string, string, number],
  measured: Verdict,
  predicted: Verdict = measured,
): TriedConnection => ({
  from,
  to,
  protocol: 'TCP',
  port,
  family: 'IPv4',
  measured,
  predicted,
  outcome: measured === 'allow' ? 'answered' : 'silent',
  message: '',
  micros: 0,
  groups: { from, to },
});

test('what was measured stands beside what was predicted', () => {
  const connections = [
    tried(['a/web', 'a/db', 80], 'allow'),
    tried(['a/web', 'a/db', 81], 'deny'),
    tried(['a/db', 'a/web', 8080], 'deny'),
  ];
  expect(besideText(connections, PLAIN).join('\n')).toMatchInlineSnapshot(`
    "x answered  . no answer  ~ some of them  measured  predicted
    to        port                           ab        ab
    a  a/db   80                              x         x
              81                              .         .
    b  a/web  8080                           .         ."
  `);
});

test('ports that were measured alike stand apart where they were predicted otherwise', () => {
  const connections = [
    tried(['a/web', 'a/db', 80], 'allow'),
    tried(['a/web', 'a/db', 81], 'allow', 'deny'),
    tried(['a/web', 'a/db', 82], 'deny', 'allow'),
  ];
  expect(besideText(connections, PLAIN).join('\n')).toMatchInlineSnapshot(`
    "x yes  . no  ~ some  ! open  # lost  ? broken  measured  predicted
    to        port                                 ab        ab
    a  a/db   80                                    x         x
              81                                    !         .
              82                                    #         x
    b  a/web"
  `);
});
