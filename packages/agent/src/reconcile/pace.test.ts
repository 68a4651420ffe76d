import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPace } from './pace.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Does it whenever it may be, looking every ms; tells when. */
function doneAt(forMs: number, tookMs: number): readonly number[] {
  const pace = createPace();
  const done: number[] = [];
  for (let ms = 0; ms < forMs; ms += 1) {
    if (pace.waitMs() === 0) {
      pace.done(tookMs);
      done.push(ms);
    }
    vi.advanceTimersByTime(1);
  }
  return done;
}

test('ten times at once, and then once a second', () => {
  expect(doneAt(3_500, 5)).toEqual([
    ...Array.from({ length: 10 }, (_, ms) => ms),
    1_000,
    2_000,
    3_000,
  ]);
});

test('what takes long is done in a tenth of the time', () => {
  expect(doneAt(25_000, 1_000).slice(10)).toEqual([10_000, 20_000]);
});

test('the wait that is told is the wait that there is', () => {
  const pace = createPace();
  for (let count = 0; count < 10; count += 1) pace.done(1);
  expect([pace.waitMs(), pace.isStrained()]).toEqual([1_000, true]);
  vi.advanceTimersByTime(999);
  expect([pace.waitMs(), pace.isStrained()]).toEqual([1, true]);
  vi.advanceTimersByTime(1);
  expect([pace.waitMs(), pace.isStrained()]).toEqual([0, true]);
  vi.advanceTimersByTime(1_000);
  expect([pace.waitMs(), pace.isStrained()]).toEqual([0, false]);
});

test('a rest gives back all that may be done at once, and no more', () => {
  const pace = createPace();
  for (let count = 0; count < 10; count += 1) pace.done(1);
  vi.advanceTimersByTime(60_000);
  let times = 0;
  for (; pace.waitMs() === 0; times += 1) pace.done(1);
  expect(times).toBe(10);
});
