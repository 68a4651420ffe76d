import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { manifestSource } from './manifest-source.ts';
import { recorder, type Recorder } from './testing.ts';

let folder: string;
let controller: AbortController;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ringfence-source-'));
  controller = new AbortController();
});
afterEach(() => {
  controller.abort();
  rmSync(folder, { recursive: true });
});

const pods = (...names: readonly string[]): string =>
  names
    .map(
      (name) =>
        `---\n{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: {containers: [{name: a, image: a}]}}\n`,
    )
    .join('');
const write = (text: string): void => writeFileSync(path.join(folder, 'pods.yaml'), text);

function follow(
  onPending: (pending: boolean) => void = () => {},
): Recorder & { readonly rounds: readonly string[] } {
  const heard = recorder();
  const rounds: string[] = [];
  const source = manifestSource([folder], {
    namespace: 'shop',
    strict: false,
    stdin: {
      async *[Symbol.asyncIterator]() {},
    },
    debounceMs: 10,
    onPending,
    onRound: ({ kind }) => rounds.push(kind),
  });
  void source.follow(heard, controller.signal);
  return { ...heard, rounds };
}

test('the first sound manifests are all that there is, later ones are changes', async () => {
  write(pods('a', 'b'));
  const heard = follow();
  await heard.until(() => heard.told.length === 1);
  write(pods('b', 'c'));
  await heard.until(() => heard.told.length === 2);
  expect(heard.told).toEqual(['=1 a b', '~2 -a +c']);
  expect(heard.rounds).toEqual(['inForce', 'inForce']);
});

test('what is wrong is told, and changes nothing; when it is mended, that is told too', async () => {
  write(pods('a'));
  const heard = follow();
  await heard.until(() => heard.told.length === 1);
  write(`${pods('a', 'b')}kind: {`);
  await heard.until(() => heard.told.length === 2);
  expect(heard.told[1]).toMatch(/^! the manifests cannot be used: .*pods\.yaml:/);
  expect([...heard.objects.keys()]).toEqual(['a']);
  write(pods('a'));
  await heard.until(() => heard.told.length === 3);
  expect(heard.told[2]).toBe('~2');
});

test('nothing is known before the first sound manifests', async () => {
  write('kind: {');
  const heard = follow();
  await heard.until(() => heard.told.length === 1);
  write(pods('a'));
  await heard.until(() => heard.told.length === 2);
  expect(heard.told[0]).toMatch(/^! /);
  expect(heard.told[1]).toBe('=1 a');
});

test('edits are pending from when they are noticed until they were told', async () => {
  const seen: string[] = [];
  write(pods('a'));
  const heard = follow((pending) => {
    seen.push(`${pending ? 'pending' : 'read'} ${heard.told.length}`);
    if (!pending) heard.trouble('read');
  });
  await heard.until(() => heard.told.includes('! read'));
  write(pods('b'));
  await heard.until(() => heard.told.filter((line) => line === '! read').length === 2);
  expect(heard.told).toEqual(['=1 a', '! read', '~2 -a +b', '! read']);
  expect(seen[0]).toBe('read 1');
  expect(seen[1]).toBe('pending 2');
  expect(seen.at(-1)).toBe('read 3');
});
