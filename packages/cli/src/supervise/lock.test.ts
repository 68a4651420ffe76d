import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { holderOf, releaseLock, takeLock } from './lock.ts';
import { isRunning, processRef } from './process-ref.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ringfence-lock-'));
  file = path.join(folder, 'deep', 'up.lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('is taken by one, who is told to the next', () => {
  expect(takeLock(file)).toBeUndefined();
  expect(takeLock(file)).toEqual(processRef(process.pid));
  expect(holderOf(file)?.pid).toBe(process.pid);
  releaseLock(file);
  expect(holderOf(file)).toBeUndefined();
  expect(takeLock(file)).toBeUndefined();
});

test.each([
  ['of a process that has ended', (): string => JSON.stringify(ended())],
  ['of a number that another program has now', () => JSON.stringify({ pid: 1, started: '0' })],
  ['that was cut short', () => '{"pid": 1'],
  ['that holds something else', () => '[1]'],
])('one %s is nobody’s', (_reason, content) => {
  takeLock(file);
  writeFileSync(file, content());
  expect(holderOf(file)).toBeUndefined();
  expect(takeLock(file)).toBeUndefined();
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(processRef(process.pid));
});

test('a process is told from the next one of its number', () => {
  const own = processRef(process.pid);
  expect(own !== undefined && isRunning(own)).toBe(true);
  expect(isRunning({ pid: process.pid, started: '1' })).toBe(false);
  expect(processRef(2 ** 22 + 1)).toBeUndefined();
});

function ended(): unknown {
  const { pid } = spawnSync('true');
  return { pid, started: '1' };
}
