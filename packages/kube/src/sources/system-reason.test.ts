import { expect, test } from 'vitest';
import { systemReason } from './system-reason.ts';

test.each<[text: string, path: string | undefined, expected: string]>([
  ["EACCES: permission denied, open 'a.yaml'", 'a.yaml', 'permission denied'],
  ["EACCES: permission denied, scandir 'a/b'", 'a/b', 'permission denied: `a/b`'],
  ['EIO: i/o error, read', undefined, 'i/o error'],
  ['something else, of course not of a call', undefined, 'something else, of course not of a call'],
])('%s', (text, path, expected) => {
  const named = path === undefined ? {} : { path };
  expect(systemReason(Object.assign(new Error(text), named), path === 'a/b' ? 'a' : path)).toBe(
    expected,
  );
});
