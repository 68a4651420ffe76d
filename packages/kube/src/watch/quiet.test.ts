import { expect, test } from 'vitest';
import { type Clock, createQuiet, type Quiet } from './quiet.ts';

/** A clock that jumps to whatever is waited for, past all that happens until then. */
function clockWith(events: readonly number[], happen: () => void): Clock {
  let now = 0;
  const ahead = [...events];
  const advance = (to: number): void => {
    for (let next = ahead[0]; next !== undefined && next <= to; next = ahead[0]) {
      ahead.shift();
      now = next;
      happen();
    }
    now = to;
  };
  return {
    now: () => now,
    after(ms, callback) {
      let wanted = true;
      queueMicrotask(() => {
        if (!wanted) return;
        advance(now + ms);
        callback();
      });
      return () => {
        wanted = false;
      };
    },
  };
}

async function dueAt(touches: readonly number[]): Promise<number> {
  const clock = clockWith(touches, () => quiet.touch());
  const quiet: Quiet = createQuiet({ debounceMs: 50, mostMs: 500, clock });
  while (!quiet.due()) await quiet.pause(1_000);
  return clock.now();
}

const every = (step: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => 1 + step * index);

test.each<[reason: string, touches: readonly number[], expected: number]>([
  ['one change, found when the idle pause ends', [1_000], 1_050],
  ['a file is emptied, and filled before it is quiet', [1_000, 1_049], 1_099],
  ['what is long ago is due at once', [1], 1_000],
  ['changes without end', every(40, 100).map((at) => at + 999), 1_500],
])('%s', async (_reason, touches, expected) => {
  expect(await dueAt(touches)).toBe(expected);
});

function quietAt(): { readonly quiet: Quiet; at(ms: number): void } {
  let now = 0;
  const clock: Clock = { now: () => now, after: () => () => {} };
  const at = (ms: number): void => {
    now = ms;
  };
  return { quiet: createQuiet({ debounceMs: 50, mostMs: 500, clock }), at };
}

test('a change ends an idle pause at once, an interruption ends any', async () => {
  const { quiet } = quietAt();
  const idle = quiet.pause(Infinity);
  quiet.touch();
  await idle;
  const pending = quiet.pause(Infinity);
  quiet.interrupt();
  await pending;
  expect(quiet.due()).toBe(false);
});

test('what changes while it is looked at is looked at again', () => {
  const { quiet, at } = quietAt();
  quiet.touch();
  at(50);
  quiet.begin();
  quiet.touch();
  expect(quiet.finish()).toBe(false);
  expect(quiet.due()).toBe(false);
  at(100);
  expect(quiet.due()).toBe(true);
  quiet.begin();
  expect(quiet.finish()).toBe(true);
  at(1_000);
  expect(quiet.due()).toBe(false);
});

test('what changes without end is taken as it is, and looked at again later', () => {
  const { quiet, at } = quietAt();
  quiet.touch();
  at(500);
  quiet.begin();
  quiet.touch();
  expect(quiet.finish()).toBe(true);
  expect(quiet.due()).toBe(false);
  at(550);
  expect(quiet.due()).toBe(true);
});
