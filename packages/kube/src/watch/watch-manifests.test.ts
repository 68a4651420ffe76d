import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Change } from '@ringfence/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ManifestRound } from './manifest-round.ts';
import { rounds, type WatchOptions, type WatchWorld } from './rounds.ts';
import { watchFolder } from './watch-folder.ts';
import { watchManifests } from './watch-manifests.ts';

let root = '';
let controller = new AbortController();
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'ringfence-watch-'));
  controller = new AbortController();
  // What the test before still watches is told of this folder; the test itself must not be.
  await new Promise(setImmediate);
});
afterEach(() => {
  controller.abort();
  rmSync(root, { recursive: true });
});

const at = (name: string): string => join(root, name);

function write(name: string, text: string): void {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
}

/** As most editors save a file. */
function replace(name: string, text: string): void {
  write(`${name}.tmp~`, text);
  renameSync(at(`${name}.tmp~`), at(name));
}

const pod = (name: string, app = name): string =>
  `---\napiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: ${app}}}\n` +
  'spec: {containers: [{name: web, image: web}]}\n';

async function* inputOf(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

function optionsOf(more: Partial<WatchOptions> = {}): WatchOptions {
  const { signal } = controller;
  // Edits that are made in one go are told of in one go, however short this is.
  return { namespace: 'shop', strict: false, stdin: inputOf(), signal, debounceMs: 10, ...more };
}

/** Watches paths below the root. The first round is read by the time it returns. */
async function watching(
  names: readonly string[],
  more: Partial<WatchOptions> = {},
): Promise<{ readonly first: ManifestRound; next(): Promise<readonly string[]> }> {
  const paths = names.map((name) => (name === '-' ? name : at(name)));
  const all = watchManifests(paths, optionsOf(more));
  const first = await nextOf(all);
  return { first, next: async () => told(await nextOf(all)) };
}

async function nextOf(all: AsyncGenerator<ManifestRound>): Promise<ManifestRound> {
  const { value, done } = await all.next();
  if (done === true) throw new Error('it ended');
  return value;
}

/** `+a` for an upsert, `-a` for a delete, `!code` for what is wrong, `?code` for a warning. */
function told(round: ManifestRound): readonly string[] {
  const warnings = round.warnings.map(({ code }) => `?${code}`);
  if (round.kind === 'inForce') return [...round.changes.map(written), ...warnings];
  const codes = [...round.unread, ...round.errors].map(({ code }) => `!${code}`);
  return [...codes, ...warnings];
}

function written(change: Change): string {
  if (change.kind === 'upsert') return `+${change.object.name}`;
  if (change.kind === 'delete') return `-${change.ref.name}`;
  throw new Error('entombing is for those to decide who know the cluster');
}

const namesIn = ({ objects }: ManifestRound): readonly string[] => objects.map(({ name }) => name);

test.each<[reason: string, edit: () => void, expected: readonly string[]]>([
  ['renamed over', () => replace('a.yaml', pod('a', 'new')), ['+a']],
  ['written in place', () => write('a.yaml', pod('a', 'new')), ['+a']],
  ['appended to', () => appendFileSync(at('a.yaml'), pod('new')), ['+new']],
  ['emptied', () => truncateSync(at('b.yaml')), ['-b']],
  ['a new file', () => write('new.yml', pod('new')), ['+new']],
  ['a new folder', () => write('x/y/z/new.json', pod('new')), ['+new']],
  ['a folder moved in', () => renameSync(at('../outside'), at('in')), ['+outside']],
  ['a file deleted', () => unlinkSync(at('b.yaml')), ['-b']],
  ['a folder deleted', () => rmSync(at('sub'), { recursive: true }), ['-c']],
  ['a folder moved out', () => renameSync(at('sub'), at('../sub')), ['-c']],
  ['a file hidden', () => renameSync(at('b.yaml'), at('.b.yaml')), ['-b']],
  ['a file with another ending', () => renameSync(at('b.yaml'), at('b.yaml.off')), ['-b']],
  [
    'a link to a file elsewhere',
    () => symlinkSync('../outside/o.yaml', at('o.yaml')),
    ['+outside'],
  ],
  ['a link to a folder elsewhere', () => symlinkSync('../outside', at('o')), ['+outside']],
  [
    'several at once',
    () => {
      unlinkSync(at('b.yaml'));
      replace('a.yaml', pod('a', 'new') + pod('new'));
    },
    ['-b', '+a', '+new'],
  ],
])('an edit is followed: %s', async (_reason, edit, expected) => {
  const outer = root;
  write('outside/o.yaml', pod('outside'));
  root = join(outer, 'watched');
  write('a.yaml', pod('a'));
  write('b.yaml', pod('b'));
  write('sub/c.yaml', pod('c'));
  const { first, next } = await watching(['']);
  expect(told(first)).toEqual(['+a', '+b', '+c']);
  const round = next();
  edit();
  expect(await round).toEqual(expected);
  root = outer;
});

test.each<[reason: string, edit: () => void]>([
  ['the same text written again', () => write('a.yaml', pod('a'))],
  ['a comment', () => write('a.yaml', `# a\n${pod('a')}`)],
  ['a file renamed', () => renameSync(at('b.yaml'), at('z.yaml'))],
  ['a folder renamed', () => renameSync(at('sub'), at('bus'))],
  [
    'an object moved to another file',
    () => {
      write('a.yaml', '');
      write('z.yaml', pod('a'));
    },
  ],
  ['what is hidden', () => write('.hidden/x.yaml', pod('x'))],
  ['what is installed', () => write('node_modules/x.yaml', pod('x'))],
  ['what is no manifest', () => write('x.txt', pod('x'))],
])('it means the same, and gives no change: %s', async (_reason, edit) => {
  write('a.yaml', pod('a'));
  write('b.yaml', pod('b'));
  write('sub/c.yaml', pod('c'));
  const { next } = await watching(['']);
  const round = next();
  edit();
  write('new.yaml', pod('new'));
  expect(await round).toEqual(['+new']);
});

test('a file that is emptied and filled while it is not quiet keeps its objects', async () => {
  write('a.yaml', pod('a'));
  write('b.yaml', pod('b'));
  const { next } = await watching([''], { debounceMs: 400 });
  const round = next();
  const emptied = changeIn(root);
  truncateSync(at('a.yaml'));
  await emptied;
  write('b.yaml', pod('b', 'new'));
  write('a.yaml', pod('a'));
  expect(await round).toEqual(['+b']);
});

/** Resolves when the system tells of a change to those that watch. */
async function changeIn(folder: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const watcher = watch(folder, () => resolve(undefined));
  await promise;
  watcher.close();
}

test('a half-written file is no error while it is not quiet', async () => {
  const { next } = await watchingPod({ debounceMs: 400 });
  const round = next();
  const begun = changeIn(root);
  write('a.yaml', 'apiVersion: [');
  await begun;
  write('a.yaml', pod('a', 'new'));
  expect(await round).toEqual(['+a']);
});

async function watchingPod(more: Partial<WatchOptions> = {}): ReturnType<typeof watching> {
  write('a.yaml', pod('a'));
  return await watching([''], more);
}

test('while anything is wrong nothing changes; the whole difference comes when it is mended', async () => {
  write('a.yaml', pod('a'));
  write('b.yaml', pod('b'));
  const all = watchManifests([root], optionsOf());
  expect(told(await nextOf(all))).toEqual(['+a', '+b']);
  write('a.yaml', 'a: [');
  unlinkSync(at('b.yaml'));
  const rejected = await nextOf(all);
  expect(told(rejected)).toEqual(['!syntax']);
  expect(namesIn(rejected)).toEqual(['a', 'b']);
  write('new.yaml', pod('new'));
  write('b.yaml', pod('b', 'b') + pod('b'));
  expect(told(await nextOf(all))).toEqual(['!syntax', '!duplicateValue']);
  write('b.yaml', '');
  write('a.yaml', pod('a', 'new'));
  const mended = await nextOf(all);
  expect(told(mended)).toEqual(['-b', '+a', '+new']);
  expect(namesIn(mended)).toEqual(['a', 'new']);
});

test('an error that is taken back is over, though nothing has changed', async () => {
  const { next } = await watchingPod();
  write('a.yaml', 'a: [');
  expect(await next()).toEqual(['!syntax']);
  write('a.yaml', pod('a'));
  expect(await next()).toEqual([]);
});

test('the first read may be wrong; then everything is new once it is mended', async () => {
  write('a.yaml', 'a: [');
  write('b.yaml', pod('b'));
  const { first, next } = await watching(['', 'missing.yaml']);
  expect(told(first)).toEqual(['!notFound', '!syntax']);
  expect(first.objects).toEqual([]);
  write('missing.yaml', pod('c'));
  expect(await next()).toEqual(['!syntax']);
  write('a.yaml', pod('a'));
  expect(await next()).toEqual(['+a', '+b', '+c']);
});

test.each<[reason: string, name: string, text: string, expected: string]>([
  ['it is no text', 'b.yaml', 'a: \u00FF', '!notUtf8'],
  ['an object of another file', 'b.yaml', pod('a'), '!duplicateValue'],
  ['its folder is a chart', 'Chart.yaml', 'name: x\n', '!template'],
  ['its folder is a kustomization', 'kustomization.yaml', 'resources: []\n', '?template'],
])('a new file is told of: %s', async (_reason, name, text, expected) => {
  const { next } = await watchingPod();
  writeFileSync(at(name), text, 'latin1');
  expect(await next()).toEqual([expected]);
  unlinkSync(at(name));
  expect(await next()).toEqual([]);
});

test('the last manifest of a folder is not deleted in silence', async () => {
  const { next } = await watchingPod();
  unlinkSync(at('a.yaml'));
  expect(await next()).toEqual(['!emptyFolder']);
});

test('folders that come are watched, each as often as it comes', async () => {
  const { next } = await watchingPod();
  for (const app of ['one', 'two']) {
    write('x/y/b.yaml', pod('b', app));
    expect(await next()).toEqual(['+b']);
    replace('x/y/b.yaml', pod('b', `${app}-more`));
    expect(await next()).toEqual(['+b']);
    rmSync(at('x'), { recursive: true });
    expect(await next()).toEqual(['-b']);
  }
});

test('a folder that is swapped for another one is watched on', async () => {
  write('x/b.yaml', pod('b'));
  const { next } = await watchingPod();
  write('.y/b.yaml', pod('b', 'new'));
  renameSync(at('x'), at('.x'));
  renameSync(at('.y'), at('x'));
  expect(await next()).toEqual(['+b']);
  write('x/b.yaml', pod('b', 'newer'));
  expect(await next()).toEqual(['+b']);
});

test.each<[reason: string, path: string, gone: string]>([
  ['a folder', 'd/e', 'd/e'],
  ['a folder far above', 'd/e', 'd'],
  ['a file', 'd/e/a.yaml', 'd/e/a.yaml'],
  ['its folder', 'd/e/a.yaml', 'd/e'],
])('what is watched goes and comes back: %s', async (_reason, path, gone) => {
  write('d/e/a.yaml', pod('a'));
  const { next } = await watching([path]);
  renameSync(at(gone), at('elsewhere'));
  expect(await next()).toEqual(['!notFound']);
  renameSync(at('elsewhere'), at(gone));
  expect(await next()).toEqual([]);
  rmSync(at(gone), { recursive: true });
  expect(await next()).toEqual(['!notFound']);
  write('d/e/a.yaml', pod('a', 'new'));
  expect(await next()).toEqual(['+a']);
  replace('d/e/a.yaml', pod('a', 'newer'));
  expect(await next()).toEqual(['+a']);
});

test('a named file is watched whatever its name is, those beside it are not', async () => {
  write('d/.policy', pod('a'));
  const { next } = await watching(['d/.policy']);
  const round = next();
  write('d/b.yaml', pod('b'));
  replace('d/.policy', pod('a', 'new'));
  expect(await round).toEqual(['+a']);
});

test.each<[reason: string, path: string]>([
  ['of a folder', 'mounted'],
  ['of a file', 'mounted/a.yaml'],
])('a ConfigMap is swapped under its links: %s', async (_reason, path) => {
  const fill = (version: string, app: string): void => {
    write(`mounted/..${version}/a.yaml`, pod('a', app));
    symlinkSync(`..${version}`, at('mounted/..data_tmp'));
    renameSync(at('mounted/..data_tmp'), at('mounted/..data'));
  };
  fill('1', 'one');
  symlinkSync('..data/a.yaml', at('mounted/a.yaml'));
  const { next } = await watching([path]);
  for (const version of ['2', '3']) {
    fill(version, `v${version}`);
    rmSync(at(`mounted/..${Number(version) - 1}`), { recursive: true });
    expect(await next()).toEqual(['+a']);
  }
});

test('links far above are swapped, and what they lead to is edited', async () => {
  write('releases/1/d/a.yaml', pod('a'));
  write('releases/2/d/a.yaml', pod('a', 'two'));
  symlinkSync('releases/1', at('current'));
  const { next } = await watching(['current/d']);
  symlinkSync('releases/2', at('next'));
  renameSync(at('next'), at('current'));
  expect(await next()).toEqual(['+a']);
  replace('releases/2/d/a.yaml', pod('a', 'more'));
  expect(await next()).toEqual(['+a']);
});

test('a link in a folder is followed to where it leads, and to where nothing is yet', async () => {
  write('elsewhere/b.yaml', pod('b'));
  write('d/a.yaml', pod('a'));
  symlinkSync('../elsewhere/b.yaml', at('d/b.yaml'));
  symlinkSync('../elsewhere/later/c.yaml', at('d/c.yaml'));
  const { next } = await watching(['d']);
  replace('elsewhere/b.yaml', pod('b', 'new'));
  expect(await next()).toEqual(['+b']);
  write('elsewhere/later/c.yaml', pod('c'));
  expect(await next()).toEqual(['+c']);
});

test('standard input is read once, and counts on', async () => {
  write('a.yaml', pod('a'));
  const { first, next } = await watching(['-', ''], { stdin: inputOf(pod('i')) });
  expect(told(first)).toEqual(['+i', '+a']);
  write('a.yaml', pod('a', 'new'));
  expect(await next()).toEqual(['+a']);
  write('a.yaml', pod('i'));
  expect(await next()).toEqual(['!duplicateValue']);
});

test('a pipe is read once, and counts on', async () => {
  write('a.yaml', pod('a'));
  expect(spawnSync('sh', ['-c', 'mkfifo "$1"', 'sh', at('pipe')]).status).toBe(0);
  const writer = spawn('sh', ['-c', 'printf %s "$1" > "$2"', 'sh', pod('p'), at('pipe')]);
  const { first, next } = await watching(['pipe', 'a.yaml']);
  expect(told(first)).toEqual(['+p', '+a']);
  expect(writer.pid).toBeDefined();
  write('a.yaml', pod('a', 'new'));
  expect(await next()).toEqual(['+a']);
});

/** The real machine, but for what a test says. */
function worldOf(more: Partial<WatchWorld>): WatchWorld {
  return {
    watch: watchFolder,
    clock: {
      now: () => performance.now(),
      after(ms, callback) {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
    },
    now: () => Date.now(),
    pollMs: 1_000,
    ...more,
  };
}

test('only what changed is read and decoded again', async () => {
  write('a.yaml', pod('a'));
  write('b.yaml', pod('b'));
  write('c.yaml', pod('c'));
  let read = 0;
  const now = (): number => {
    read += 1;
    // Nothing is too young for its time to be trusted.
    return Date.now() + 60_000;
  };
  const all = rounds([root], optionsOf(), worldOf({ now }));
  const first = await nextOf(all);
  expect(read).toBe(3);
  replace('b.yaml', pod('b', 'new'));
  const second = await nextOf(all);
  expect(read).toBe(4);
  expect(second.objects.map((object, index) => object === first.objects[index])).toEqual([
    true,
    false,
    true,
  ]);
});

test('what is half-written while another file is read is read again', async () => {
  write('a.yaml', pod('a'));
  write('b.yaml', pod('b'));
  let armed = false;
  const now = (): number => {
    if (armed) {
      armed = false;
      // `a` is about to be read, and `b` after it.
      truncateSync(at('b.yaml'));
      setTimeout(() => write('b.yaml', pod('b')), 0);
    }
    return Date.now();
  };
  const all = rounds([root], optionsOf({ debounceMs: 200 }), worldOf({ now }));
  await nextOf(all);
  armed = true;
  replace('a.yaml', pod('a', 'new'));
  expect(told(await nextOf(all))).toEqual(['+a']);
  expect(armed).toBe(false);
});

test('what happens before a folder is watched is in the first round', async () => {
  write('a.yaml', pod('a'));
  const late: WatchWorld['watch'] = (folder, listener) => {
    if (folder === root) write('b.yaml', pod('b'));
    return watchFolder(folder, listener);
  };
  expect(told(await nextOf(rounds([root], optionsOf(), worldOf({ watch: late }))))).toEqual([
    '+a',
    '+b',
  ]);
});

test('where watching is refused it is looked every so often, and told why', async () => {
  write('a.yaml', pod('a'));
  const reason = 'the limit of watches is reached';
  let full = true;
  const watchUnless: WatchWorld['watch'] = (folder, listener) =>
    full ? { kind: 'refused', reason } : watchFolder(folder, listener);
  const all = rounds([root], optionsOf(), worldOf({ watch: watchUnless, pollMs: 5 }));
  const first = await nextOf(all);
  expect(first.watching).toEqual({ kind: 'polling', reason });
  write('a.yaml', pod('a', 'new'));
  expect(told(await nextOf(all))).toEqual(['+a']);
  rmSync(at('a.yaml'));
  expect(told(await nextOf(all))).toEqual(['!emptyFolder']);
  full = false;
  write('a.yaml', pod('a'));
  const last = await nextOf(all);
  expect(told(last)).toEqual(['+a']);
  expect(last.watching).toEqual({ kind: 'events' });
});

test('one folder that cannot be watched is enough to look at all, and news by itself', async () => {
  write('a.yaml', pod('a'));
  const watchUnless: WatchWorld['watch'] = (folder, listener) =>
    folder.endsWith('/sub')
      ? { kind: 'refused', reason: 'no more watches' }
      : watchFolder(folder, listener);
  const all = rounds([root], optionsOf(), worldOf({ watch: watchUnless, pollMs: 5 }));
  expect((await nextOf(all)).watching).toEqual({ kind: 'events' });
  mkdirSync(at('sub'));
  const round = await nextOf(all);
  expect(told(round)).toEqual([]);
  expect(round.watching).toEqual({ kind: 'polling', reason: 'no more watches' });
  write('sub/b.yaml', pod('b'));
  expect(told(await nextOf(all))).toEqual(['+b']);
});

test('a folder that cannot be watched is a reason, one that is gone is not', () => {
  const listener = { event() {}, refused() {} };
  expect(watchFolder(at('nothing'), listener)).toEqual({ kind: 'gone' });
  const watched = watchFolder(root, listener);
  expect(watched.kind).toBe('open');
  if (watched.kind === 'open') watched.close();
});

test('what happens between rounds is in the next one', async () => {
  const { next } = await watchingPod();
  write('b.yaml', pod('b'));
  await changeOf(() => write('c.yaml', pod('c')));
  expect(await next()).toEqual(['+b', '+c']);
});

async function changeOf(edit: () => void): Promise<void> {
  const change = changeIn(root);
  edit();
  await change;
}

test('it ends when the signal aborts, and watches no more', async () => {
  write('a.yaml', pod('a'));
  let open = 0;
  const counted: WatchWorld['watch'] = (folder, listener) => {
    const watched = watchFolder(folder, listener);
    if (watched.kind !== 'open') return watched;
    open += 1;
    return {
      kind: 'open',
      close() {
        open -= 1;
        watched.close();
      },
    };
  };
  const all = rounds([root], optionsOf(), worldOf({ watch: counted }));
  await nextOf(all);
  expect(open).toBeGreaterThan(0);
  const last = all.next();
  controller.abort();
  expect(await last).toEqual({ value: undefined, done: true });
  expect(open).toBe(0);

  controller = new AbortController();
  for await (const round of rounds([root], optionsOf(), worldOf({ watch: counted }))) {
    expect(open).toBeGreaterThan(0);
    expect(told(round)).toEqual(['+a']);
    break;
  }
  expect(open).toBe(0);
});

test.each<[reason: string, started: (abort: () => void) => void]>([
  ['at once', (abort) => abort()],
  ['while it says nothing', (abort) => setImmediate(abort)],
])('an abort ends it while it reads standard input: %s', async (_reason, started) => {
  const silent: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      next() {
        started(() => controller.abort(new Error('enough')));
        return new Promise(() => {});
      },
    }),
  };
  const all = watchManifests(['-'], optionsOf({ stdin: silent }));
  expect(await all.next()).toEqual({ value: undefined, done: true });
});

test('an abort ends it before it has read anything', async () => {
  const silent: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }),
  };
  const all = watchManifests(['-'], optionsOf({ stdin: silent }));
  const first = all.next();
  controller.abort();
  expect(await first).toEqual({ value: undefined, done: true });
  expect(await watchManifests([root], optionsOf()).next()).toMatchObject({ done: true });
});
