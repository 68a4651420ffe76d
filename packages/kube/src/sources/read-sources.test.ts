import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSources } from './read-sources.ts';
import { SourceError } from './source.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringfence-sources-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}

async function* streamOf(...chunks: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk, 'latin1');
}

const read = async (...paths: readonly string[]): Promise<readonly string[]> => {
  const sources = await readSources(
    paths.map((path) => join(folder, path)),
    { stdin: streamOf() },
  );
  return sources.map(({ name, text }) => `${name.slice(folder.length + 1)}=${text}`);
};

test('a folder gives its manifests, sorted, without what is hidden or installed', async () => {
  await write({
    'b.yaml': '1',
    'a/z.yml': '2',
    'a/B.json': '3',
    'README.md': 'x',
    '.hidden/a.yaml': 'x',
    '.a.yaml': 'x',
    'node_modules/p/a.yaml': 'x',
  });
  expect(await read('.')).toEqual(['a/B.json=3', 'a/z.yml=2', 'b.yaml=1']);
});

test('a file is taken whatever its name is, and only once', async () => {
  await write({ 'd/a.yaml': '1', policy: '2' });
  expect(await read('policy', 'd/a.yaml', 'd', 'policy')).toEqual(['policy=2', 'd/a.yaml=1']);
});

test('links are followed, a circle of them once', async () => {
  await write({ 'd/a.yaml': '1' });
  await symlink(folder, join(folder, 'd/loop'));
  await symlink(join(folder, 'nowhere'), join(folder, 'd/broken.yaml'));
  expect(await read('d')).toEqual(['d/a.yaml=1']);
});

test('standard input, characters cut anywhere', async () => {
  const stdin = streamOf('\u00EF\u00BB\u00BFa: \u00C3', '\u00BC\n');
  expect(await readSources(['-', '-'], { stdin })).toEqual([{ name: '<stdin>', text: 'a: ü\n' }]);
});

test.each<[code: string, path: string, content: string | Uint8Array | undefined]>([
  ['notFound', 'missing.yaml', undefined],
  ['notUtf8', 'latin.yaml', Buffer.from('a: \u00FC', 'latin1')],
  ['notUtf8', 'utf16.yaml', Buffer.from('\uFEFFa: 1', 'utf16le')],
])('%s: %s', async (code, path, content) => {
  if (content !== undefined) await write({ [path]: content });
  await expect(read(path)).rejects.toMatchObject({ name: 'SourceError', code });
});

test('a folder without manifests is an error', async () => {
  await write({ 'd/README.md': 'x' });
  await expect(read('d')).rejects.toThrow(/no \*\.yaml, \*\.yml or \*\.json/u);
});

test('an address is not fetched', async () => {
  const reading = readSources(['https://example.com/a.yaml'], { stdin: streamOf() });
  await expect(reading).rejects.toThrow(SourceError);
  await expect(reading).rejects.toThrow(/curl -L https:\/\/example\.com\/a\.yaml \|/u);
});

test('an abort stops it with its reason', async () => {
  await write({ 'a.yaml': '1' });
  const reason = new Error('enough');
  const options = { stdin: streamOf(), signal: AbortSignal.abort(reason) };
  await expect(readSources([folder], options)).rejects.toBe(reason);
});
