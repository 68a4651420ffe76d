import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keptTexts } from './kept-texts.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ringfence-texts-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => path.join(folder, name);

/** What one process reads, and which files it had to make texts of. */
function start(
  files: readonly string[],
  kept: string = at('kept'),
): { readonly texts: readonly string[]; readonly made: readonly string[] } {
  const make = vi.fn((content: string) => content.toUpperCase());
  const known = keptTexts(kept, make);
  const texts = files.map((name) => known.textOf(at(name)));
  known.keep();
  return { texts, made: make.mock.calls.map(([content]) => content) };
}

test('the next process makes only what is new or was changed', () => {
  writeFileSync(at('a'), 'one ü');
  writeFileSync(at('b'), 'two');
  expect(start(['a', 'b'])).toEqual({ texts: ['ONE Ü', 'TWO'], made: ['one ü', 'two'] });
  expect(start(['b', 'a'])).toEqual({ texts: ['TWO', 'ONE Ü'], made: [] });
  writeFileSync(at('a'), 'uno, dos');
  writeFileSync(at('c'), 'three');
  expect(start(['a', 'b', 'c'])).toEqual({
    texts: ['UNO, DOS', 'TWO', 'THREE'],
    made: ['uno, dos', 'three'],
  });
  expect(start(['a', 'b', 'c']).made).toEqual([]);
});

test('a change counts that keeps the size and the time of the content', async () => {
  const time = new Date('2026-01-01T00:00:00Z');
  writeFileSync(at('a'), 'one');
  utimesSync(at('a'), time, time);
  start(['a']);
  // The clock of a file system has steps of some milliseconds.
  await vi.waitUntil(() => {
    writeFileSync(at('a'), 'two');
    utimesSync(at('a'), time, time);
    return start(['a']).texts[0] === 'TWO';
  });
});

test('what is of no use is made anew', () => {
  writeFileSync(at('a'), 'one');
  for (const damaged of ['', '[', '[]\nrest', '{"a":1}\n', '[["a",1,1,99]]\nshort']) {
    writeFileSync(at('kept'), damaged);
    expect(start(['a'])).toEqual({ texts: ['ONE'], made: ['one'] });
    expect(start(['a']).made).toEqual([]);
  }
});

test('a file that is gone is forgotten', () => {
  writeFileSync(at('a'), 'one');
  writeFileSync(at('b'), 'two');
  start(['a', 'b']);
  rmSync(at('a'));
  writeFileSync(at('c'), 'three');
  expect(start(['b', 'c']).made).toEqual(['three']);
  expect(start(['b', 'c']).made).toEqual([]);
});

test('without a folder to keep them in everything is made each time', () => {
  writeFileSync(at('a'), 'one');
  for (let run = 0; run < 2; run += 1) {
    expect(start(['a'], at('nowhere/kept'))).toEqual({ texts: ['ONE'], made: ['one'] });
  }
});
