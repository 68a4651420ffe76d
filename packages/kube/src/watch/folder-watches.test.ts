import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFolderWatches, type FolderWatches } from './folder-watches.ts';
import type { Interest } from './interests.ts';
import type { FolderListener, FolderWatch } from './watch-folder.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ringfence-watches-'));
});
afterEach(() => rmSync(root, { recursive: true }));

interface Trial {
  readonly watches: FolderWatches;
  readonly listeners: readonly FolderListener[];
  touches(): number;
  closed(): number;
}

/** Watches nothing really: events are what a test says. */
function trial(answer?: FolderWatch): Trial {
  const listeners: FolderListener[] = [];
  let touches = 0;
  let closed = 0;
  const watches = createFolderWatches({
    watch(_folder, listener) {
      listeners.push(listener);
      const close = (): void => {
        closed += 1;
      };
      return answer ?? { kind: 'open', close };
    },
    touch() {
      touches += 1;
    },
  });
  return { watches, listeners, touches: () => touches, closed: () => closed };
}

const interests = (interest: Partial<Interest> = {}): ReadonlyMap<string, Interest> =>
  new Map([[root, { newcomers: true, names: new Set(['a.yaml', '..data']), ...interest }]]);

test.each<[reason: string, type: 'rename' | 'change', name: string | null, expected: number]>([
  ['a file that is known', 'change', 'a.yaml', 1],
  ['a link that is known, though hidden', 'rename', '..data', 1],
  ['a log that grows', 'change', 'b.log', 0],
  ['something new', 'rename', 'b.yaml', 1],
  ['something new that is hidden', 'rename', '.b.yaml', 0],
  ['something new that is installed', 'rename', 'node_modules', 0],
  ['something that the system does not name', 'rename', null, 1],
])('what matters: %s', (_reason, type, name, expected) => {
  const { watches, listeners, touches } = trial();
  watches.follow(interests());
  listeners[0]?.event(type, name);
  expect(touches()).toBe(expected);
});

test('where only names matter, nothing new does', () => {
  const { watches, listeners, touches } = trial();
  watches.follow(interests({ newcomers: false }));
  listeners[0]?.event('rename', 'b.yaml');
  expect(touches()).toBe(0);
});

test('what is new matters while it is written, until it is known what it is', () => {
  const { watches, listeners, touches } = trial();
  watches.follow(interests());
  listeners[0]?.event('rename', 'b');
  listeners[0]?.event('change', 'b');
  expect(touches()).toBe(2);
  watches.follow(interests());
  listeners[0]?.event('change', 'b');
  expect(touches()).toBe(2);
});

test('a folder is watched once, and closed when it does not matter any more', () => {
  const { watches, listeners, closed } = trial();
  expect(watches.follow(interests())).toBe(true);
  expect(watches.follow(interests())).toBe(false);
  expect([listeners.length, closed()]).toEqual([1, 0]);
  expect(watches.follow(new Map())).toBe(false);
  expect(closed()).toBe(1);
});

test.each<[reason: string, happen: (listener: FolderListener | undefined) => void]>([
  [
    'it may have gone, and its number with it',
    (listener) => listener?.event('rename', basename(root)),
  ],
  [
    'another one has taken its place unheard',
    () => {
      mkdirSync(`${root}-new`);
      rmSync(root, { recursive: true });
      renameSync(`${root}-new`, root);
    },
  ],
  ['the system gave it up', (listener) => listener?.refused('no more watches')],
])('a folder is watched anew: %s', (_reason, happen) => {
  const { watches, listeners, closed } = trial();
  watches.follow(interests());
  happen(listeners[0]);
  expect(watches.follow(interests())).toBe(true);
  expect([listeners.length, closed()]).toEqual([2, 1]);
  expect(watches.watching()).toEqual({ kind: 'events' });
});

test('a refusal is told, and tried again without a claim that something was missed', () => {
  const { watches, listeners } = trial({ kind: 'refused', reason: 'no more watches' });
  expect(watches.follow(interests())).toBe(false);
  expect(watches.watching()).toEqual({ kind: 'polling', reason: 'no more watches' });
  expect(watches.follow(interests())).toBe(false);
  expect(listeners).toHaveLength(2);
});

test('a folder that goes before it is watched is a reason to look again', () => {
  const { watches } = trial({ kind: 'gone' });
  expect(watches.follow(interests())).toBe(true);
  expect(watches.watching()).toEqual({ kind: 'events' });
});
