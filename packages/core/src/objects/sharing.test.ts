import { expect, test } from 'vitest';
import { createSharing } from './sharing.ts';

test('equal values are one, as long as they are remembered', () => {
  const share = createSharing((list: readonly number[]) => list.join());
  const first = share([1, 2]);
  expect(share([1, 2])).toBe(first);
  expect(share([1, 3])).not.toBe(first);
  for (let index = 0; index < 5_000; index += 1) share([index]);
  const again = share([1, 2]);
  expect(again).toEqual(first);
  expect(again).not.toBe(first);
});
