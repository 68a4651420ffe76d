import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FoundSource } from './survey.ts';
import { createTextReader } from './texts.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ringfence-texts-'));
});
afterEach(() => rmSync(root, { recursive: true }));

async function* input(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('x');
}

const NOW = 1_000_000;
const { signal } = new AbortController();

test.each<[reason: string, first: string, second: string, ageMs: number, expected: string]>([
  ['another stamp is read', '1', '2', 10_000, 'new'],
  ['the same stamp is not read', '1', '1', 10_000, 'old'],
  ['the same stamp is read while it is too young to be trusted', '1', '1', 10, 'new'],
  ['the clock of the file system is ahead', '1', '1', -60_000, 'new'],
])('%s', async (_reason, first, second, ageMs, expected) => {
  const name = join(root, 'a.yaml');
  const reader = createTextReader({ stdin: input(), signal, now: () => NOW });
  const texts = async (stamp: string, text: string): Promise<readonly string[]> => {
    writeFileSync(name, text);
    const found: FoundSource = { kind: 'file', name, stamp, changedAt: NOW - ageMs };
    return (await reader.read([found])).sources.map((source) => source.text);
  };
  expect(await texts(first, 'old')).toEqual(['old']);
  expect(await texts(second, 'new')).toEqual([expected]);
});

test('the same text is the same value', async () => {
  const name = join(root, 'a.yaml');
  writeFileSync(name, 'a');
  const reader = createTextReader({ stdin: input(), signal, now: () => NOW });
  const one = await reader.read([{ kind: 'file', name, stamp: '1', changedAt: 0 }]);
  const two = await reader.read([{ kind: 'file', name, stamp: '2', changedAt: 0 }]);
  expect(two.sources[0]).toBe(one.sources[0]);
});

test('what is no text is told each time, and standard input is read once', async () => {
  const name = join(root, 'a.yaml');
  writeFileSync(name, Buffer.from([0xff]));
  const reader = createTextReader({ stdin: input(), signal, now: () => NOW });
  const found: readonly FoundSource[] = [
    { kind: 'stream', name: '-' },
    { kind: 'file', name, stamp: '1', changedAt: 0 },
  ];
  for (const { sources, unread } of [await reader.read(found), await reader.read(found)]) {
    expect(sources).toEqual([{ name: '<stdin>', text: 'x' }]);
    expect(unread.map(({ code }) => code)).toEqual(['notUtf8']);
  }
});
