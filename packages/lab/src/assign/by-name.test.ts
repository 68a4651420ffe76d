import { expect, test } from 'vitest';
import { byName } from './by-name.ts';

test('names are ordered as people count', () => {
  const inOrder = [
    'a',
    'a1',
    'a2',
    'a10',
    'a10-x',
    'b',
    'web',
    'web-1',
    'web-2',
    'web-10',
    'web-a',
  ];
  expect(inOrder.toReversed().sort(byName)).toEqual(inOrder);
});

test('no two names are equal that differ', () => {
  expect([byName('a-1', 'a-01'), byName('a-01', 'a-1')].map(Math.sign)).toEqual([-1, 1]);
  expect(byName('a-1', 'a-1')).toBe(0);
});
