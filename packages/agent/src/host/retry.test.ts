import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRetry } from './retry.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('it tries ever more seldom, until nothing is left', () => {
  const times: number[] = [];
  const begin = Date.now();
  const retry = createRetry(() => times.push(Date.now() - begin) < 10);
  retry.soon();
  vi.advanceTimersByTime(60_000);
  expect(times).toEqual([5, 15, 35, 75, 155, 315, 635, 1275, 2275, 3275]);
});

test('asked again, it begins with the shortest interval', () => {
  let attempts = 0;
  const retry = createRetry(() => (attempts += 1) > 0);
  retry.soon();
  vi.advanceTimersByTime(2_000);
  const before = attempts;
  retry.soon();
  retry.soon();
  vi.advanceTimersByTime(5);
  expect(attempts).toBe(before + 1);
});

test('stopped, it never tries again', () => {
  let attempts = 0;
  const retry = createRetry(() => (attempts += 1) > 0);
  retry.soon();
  retry.stop();
  retry.soon();
  vi.advanceTimersByTime(10_000);
  expect(attempts).toBe(0);
});
