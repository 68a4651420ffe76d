import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSources } from '../sources/read-sources.ts';
import { SourceError } from '../sources/source.ts';
import { signatureOf, survey } from './survey.ts';
import { trailOf } from './trail.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ringfence-survey-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(...names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), 'x: 1\n');
  }
}

const { signal } = new AbortController();

// Two walks that must never part: what is read at first, and what is followed.
test.each<[reason: string, paths: readonly string[]]>([
  ['a folder', ['']],
  ['a folder inside it first', ['sub/deep', '']],
  ['a file, and its folder', ['b.yml', '']],
  ['a file under two names', ['link.yaml', 'b.yml']],
  ['what a folder would pass over', ['.hidden/a.yaml', 'node_modules', 'README.md']],
  ['a link to a folder', ['linked', '']],
  ['nothing there', ['nothing.yaml']],
  ['below a file', ['b.yml/a.yaml']],
  ['a folder without manifests', ['empty']],
  ['a link that leads nowhere', ['broken.yaml']],
  ['links in a circle', ['circle']],
])('it finds what readSources reads: %s', async (_reason, names) => {
  write('b.yml', 'sub/c.json', 'sub/deep/a.yaml', '.hidden/a.yaml', 'node_modules/a.yaml');
  write('README.md', '.a.yaml', 'upper.YAML', 'elsewhere/d.yaml');
  mkdirSync(join(root, 'empty'));
  symlinkSync('../b.yml', join(root, 'sub/link.yaml'));
  symlinkSync('b.yml', join(root, 'link.yaml'));
  symlinkSync('elsewhere', join(root, 'linked'));
  symlinkSync('..', join(root, 'sub/loop'));
  symlinkSync('nowhere', join(root, 'broken.yaml'));
  symlinkSync('circle', join(root, 'circle'));
  linkSync(join(root, 'b.yml'), join(root, 'hard.yaml'));
  const paths = names.map((name) => join(root, name));
  const read = await readSources(paths, { stdin: noInput() }).catch((error: unknown) => error);
  const { found, unread } = await survey(paths, signal);
  if (Array.isArray(read)) {
    expect(unread).toEqual([]);
    expect(found.map(({ name }) => name)).toEqual(read.map(({ name }) => name));
  } else {
    expect(read).toBeInstanceOf(SourceError);
    expect(unread).toEqual([read]);
  }
});

async function* noInput(): AsyncGenerator<Uint8Array> {}

test('everything that cannot be read is told at once', async () => {
  write('a.yaml');
  const paths = ['x', 'a.yaml', 'y'].map((name) => join(root, name));
  const { found, unread } = await survey(paths, signal);
  expect(found).toHaveLength(1);
  expect(unread.map(({ code }) => code)).toEqual(['notFound', 'notFound']);
});

test('an address is refused in the words of readSources', async () => {
  const { unread } = await survey(['https://example.com/a.yaml'], signal);
  expect(unread[0]?.message).toMatch(/curl -L/u);
});

test('a signature tells surveys apart by what is there and when it was changed', async () => {
  write('a.yaml');
  const signature = async (): Promise<string> => signatureOf(await survey([root], signal));
  const before = await signature();
  expect(await signature()).toBe(before);
  writeFileSync(join(root, 'a.yaml'), 'x: 22\n');
  const after = await signature();
  expect(after).not.toBe(before);
  write('b.yaml');
  expect(await signature()).not.toBe(after);
});

test('a trail looks up every name, before and behind links', () => {
  write('releases/1/a.yaml');
  symlinkSync('releases/./1', join(root, 'current'));
  symlinkSync(`${root}/releases/../current`, join(root, 'absolute'));
  const { lookups, end } = trailOf(join(root, 'absolute/a.yaml'));
  expect(end).toBe(join(root, 'releases/1/a.yaml'));
  const inside = lookups.filter(({ folder }) => folder.startsWith(root));
  expect(inside.map(({ folder, name }) => join(folder, name).slice(root.length))).toEqual([
    '/absolute',
    '/releases',
    '/current',
    '/releases',
    '/releases/1',
    '/releases/1/a.yaml',
  ]);
});

test('a trail ends at the first name that is not there', () => {
  const { lookups, end } = trailOf(join(root, 'a/b/c.yaml'));
  expect(end).toBeUndefined();
  expect(lookups.at(-1)).toEqual({ folder: root, name: 'a' });
});
