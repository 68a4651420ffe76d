import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRounds, type Rounds } from './rounds.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Observed {
  readonly rounds: Rounds;
  /** When rounds were made, and when there was nothing else to do, in ms. */
  readonly ran: readonly number[];
  readonly rested: readonly number[];
  readonly retries: readonly number[];
  fail(error: unknown): void;
  failIdle(error: unknown): void;
}

function observed(): Observed {
  const begin = performance.now();
  const ran: number[] = [];
  const rested: number[] = [];
  const retries: number[] = [];
  let failure: unknown;
  let idleFailure: unknown;
  const at = (): number => Math.round(performance.now() - begin);
  const rounds = createRounds({
    run() {
      ran.push(at());
      if (failure !== undefined) throw failure;
    },
    idle() {
      rested.push(at());
      if (idleFailure !== undefined) throw idleFailure;
    },
    onFailure: (_, ms) => void retries.push(ms),
  });
  return {
    rounds,
    ran,
    rested,
    retries,
    fail: (error) => void (failure = error),
    failIdle: (error) => void (idleFailure = error),
  };
}

describe('rounds', () => {
  test('the first one is made at once, before the request returns', () => {
    const { rounds, ran } = observed();
    rounds.request();
    expect(ran).toEqual([0]);
  });

  test('what is asked for right after one is made together, ten milliseconds later', () => {
    const { rounds, ran } = observed();
    for (let count = 0; count < 5; count += 1) rounds.request();
    vi.advanceTimersByTime(4);
    rounds.request();
    vi.advanceTimersByTime(100);
    expect(ran).toEqual([0, 10]);
  });

  test('after a pause the next one is made at once, too', () => {
    const { rounds, ran } = observed();
    rounds.request();
    vi.advanceTimersByTime(10);
    rounds.request();
    expect(ran).toEqual([0, 10]);
  });

  test('there are at most a hundred in a second, however often they are asked for', () => {
    const { rounds, ran } = observed();
    for (let ms = 0; ms < 1_000; ms += 1) {
      rounds.request();
      vi.advanceTimersByTime(1);
    }
    expect(ran.filter((at) => at < 1_000)).toHaveLength(100);
  });

  test('it is idle once, a while after the last one', () => {
    const { rounds, rested } = observed();
    rounds.request();
    vi.advanceTimersByTime(20);
    rounds.request();
    vi.advanceTimersByTime(1_000);
    expect(rested).toEqual([70]);
  });

  test('one that fails is made again, ever more seldom, and never given up', () => {
    const { rounds, ran, retries, fail } = observed();
    fail(new Error('no room'));
    rounds.request();
    vi.advanceTimersByTime(30_000);
    expect(ran).toEqual([0, 100, 300, 700, 1_500, 3_100, 6_300, 12_700, 22_700]);
    expect(retries.at(-1)).toBe(10_000);
    expect(rounds.failure()?.message).toBe('no room');
  });

  test('one that fails is not followed by idleness', () => {
    const { rounds, rested, fail } = observed();
    fail(new Error('no room'));
    rounds.request();
    vi.advanceTimersByTime(5_000);
    expect(rested).toEqual([]);
  });

  test('one that succeeds forgets the failure, and the next failure is tried again soon', () => {
    const { rounds, retries, fail } = observed();
    fail(new Error('no room'));
    rounds.request();
    vi.advanceTimersByTime(300);
    fail(undefined);
    vi.advanceTimersByTime(420);
    expect(rounds.failure()).toBeUndefined();
    fail('not an error');
    rounds.request();
    expect(rounds.failure()).toEqual(new Error('not an error'));
    expect(retries).toEqual([100, 200, 400, 100]);
  });

  test('a failure while idle has everything written again', () => {
    const { rounds, ran, failIdle } = observed();
    failIdle(new Error('refused'));
    rounds.request();
    vi.advanceTimersByTime(50);
    expect(rounds.failure()?.message).toBe('refused');
    failIdle(undefined);
    vi.advanceTimersByTime(1_000);
    expect(ran).toEqual([0, 150]);
    expect(rounds.failure()).toBeUndefined();
  });

  test.each([
    ['while one waits', false],
    ['while one is to be tried again', true],
  ])('stopped %s, none is made any more', (_, fails) => {
    const { rounds, ran, rested, fail } = observed();
    if (fails) fail(new Error('no room'));
    rounds.request();
    rounds.request();
    rounds.stop();
    rounds.request();
    vi.advanceTimersByTime(60_000);
    expect(ran).toEqual([0]);
    expect(rested).toEqual([]);
  });
});
