import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { waitPatiently } from './patience.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('is over after the time that was given', () => {
  const over = vi.fn();
  waitPatiently(100, over);
  vi.advanceTimersByTime(99);
  expect(over).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(over).toHaveBeenCalledOnce();
});

test('is never over once it was ended', () => {
  const over = vi.fn();
  const end = waitPatiently(100, over);
  vi.advanceTimersByTime(50);
  end();
  vi.advanceTimersByTime(1_000);
  expect(over).not.toHaveBeenCalled();
});

test('time in which nothing could be looked at does not count', async () => {
  vi.useRealTimers();
  const seen: string[] = [];
  const waited = new Promise<void>((resolve) => {
    waitPatiently(20, () => {
      seen.push('over');
      resolve();
    });
  });
  setTimeout(() => seen.push('an answer'), 1);
  // The whole process is held up for longer than anybody would wait.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
  await waited;
  expect(seen).toEqual(['an answer', 'over']);
});
