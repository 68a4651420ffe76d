import { expect, test } from 'vitest';
import { nearestNames } from './nearest.ts';

const NAMES = ['web-1', 'web-2', 'worker-7d9f', 'db-0', 'api'];

test.each([
  ['a letter too many', 'webb-1', ['web-1', 'web-2']],
  ['two letters swapped', 'wbe-1', ['web-1']],
  ['the wrong case', 'API', ['api']],
  ['a pod by the name of its workload', 'worker', ['worker-7d9f']],
  ['the beginning of several names', 'web', ['web-1', 'web-2']],
  ['nothing alike', 'prometheus', []],
])('%s', (_, wanted, expected) => {
  expect(nearestNames(wanted, NAMES)).toEqual(expected);
});
