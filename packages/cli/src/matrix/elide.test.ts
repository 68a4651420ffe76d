import { expect, test } from 'vitest';
import { wrap } from './elide.ts';

test.each([
  ['all fits', ['a', 'bb'], 5, 1, ['a, bb']],
  ['what does not fit is counted', ['aaa', 'bbb', 'ccc'], 8, 1, ['aaa +2']],
  ['the first is never left out', ['a long name', 'b'], 5, 1, ['a long name +1']],
  ['two lines hold more', ['aaa', 'bbb', 'ccc', 'ddd'], 9, 2, ['aaa, bbb,', 'ccc, ddd']],
  ['the last line counts', ['aaa', 'bbb', 'ccc', 'ddd', 'eee'], 9, 2, ['aaa, bbb,', 'ccc +2']],
  ['nothing', [], 9, 2, []],
])('%s', (_, items, width, most, expected) => {
  expect(wrap(items, width, most)).toEqual(expected);
});
