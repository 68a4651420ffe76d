import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { record } from '../recording-world.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'ringfence-verify-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['no cluster is up', ['--state', folder], 3, 'no cluster is up here'],
  ['no node', ['-f', '-'], 2, '--node is needed'],
  ['a node that no object names', ['-f', '-', '--node', 'n9'], 2, 'there is no node `n9`'],
  ['no number', ['--most', 'all'], 2, '--most: must be a number, got `all`'],
  ['another format', ['-o', 'yaml'], 2, 'table'],
])('says so where there is %s', async (_, words, exitCode, message) => {
  const { stdout, stderr, exitCode: code } = await record(['verify', ...words], { stdin: '' });
  expect(stderr).toContain(message);
  expect({ stdout, code }).toEqual({ stdout: '', code: exitCode });
});
