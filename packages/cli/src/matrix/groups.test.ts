import { expect, test } from 'vitest';
import { interchangeable } from './groups.ts';

/** Rows of one digit per destination; 0 is a lone pod at itself. */
function groups(...rows: readonly string[]): string {
  const cells = rows.map((row) => Int32Array.from(row, Number));
  const found = interchangeable(cells, 3);
  return found === undefined ? 'too many' : found.map((group) => group.join('')).join(' ');
}

test.each([
  ['all the same', ['111', '111', '111'], '012'],
  ['lone pods that do not reach each other', ['0112', '1012', '1102', '3330'], '012 3'],
  ['a lone pod and a workload that all reach', ['011', '111', '111'], '012'],
  ['equal rows but not equal columns', ['112', '112', '111'], '01 2'],
  ['equal columns but not equal rows', ['111', '222', '111'], '02 1'],
  ['each reaches itself only', ['12', '21'], '0 1'],
  ['one direction only', ['11', '21'], '0 1'],
  ['pairs that keep to themselves', ['1122', '1122', '2211', '2211'], '01 23'],
  ['nobody', [], ''],
  ['more groups than wanted', ['1234', '2341', '3412', '4123'], 'too many'],
])('%s', (_, rows, expected) => {
  expect(groups(...rows)).toBe(expected);
});
