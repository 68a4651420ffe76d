import { expect, test } from 'vitest';
import { inParallel } from './in-parallel.ts';

const FOREVER = new AbortController().signal;

async function all<T>(results: AsyncIterable<T>): Promise<readonly T[]> {
  const gathered: T[] = [];
  for await (const result of results) gathered.push(result);
  return gathered;
}

test('gives each result once, in the order in which they come', async () => {
  const ready = [3, 1, 2].map(() => Promise.withResolvers<number>());
  const results = inParallel(ready, { limit: 10, signal: FOREVER }, ({ promise }) => promise);
  const gathered = all(results);
  ready[2]?.resolve(2);
  await Promise.resolve();
  ready[0]?.resolve(0);
  await Promise.resolve();
  ready[1]?.resolve(1);
  expect(await gathered).toEqual([2, 0, 1]);
});

test.each([1, 2, 7])('works on no more than %i at a time', async (limit) => {
  let [running, most] = [0, 0];
  const items = Array.from({ length: 20 }, (_, index) => index);
  const results = await all(
    inParallel(items, { limit, signal: FOREVER }, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
      return item;
    }),
  );
  expect([...results].sort((left, right) => left - right)).toEqual(items);
  expect(most).toBe(limit);
});

test('begins nothing any more when it is aborted', async () => {
  const controller = new AbortController();
  const begun: number[] = [];
  const results = inParallel(
    [1, 2, 3, 4],
    { limit: 1, signal: controller.signal },
    async (item) => {
      begun.push(item);
      if (item === 2) controller.abort();
      return item;
    },
  );
  expect(await all(results)).not.toContain(4);
  expect(begun).not.toContain(4);
});

test('nothing is done at once', async () => {
  expect(await all(inParallel([], { limit: 1, signal: FOREVER }, async () => 1))).toEqual([]);
});
