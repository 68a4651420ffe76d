import { describe, expect, test } from 'vitest';
import { areDifferent } from './different.ts';
import type { SetElement } from './element.ts';

function keyed(...bytes: readonly number[]): SetElement {
  return { key: Uint8Array.of(...bytes) };
}

/** So many addresses, one behind the other. */
function addresses(count: number): readonly SetElement[] {
  return Array.from({ length: count }, (_, at) => keyed(10, at >> 16, (at >> 8) & 0xff, at & 0xff));
}

/** Their hashes are equal. */
const COLLIDING = [keyed(0x63, 0x6f, 0x73, 0x74, 0x61, 0x72, 0x72, 0x69, 0x6e, 0x67), liquid()];

function liquid(): SetElement {
  return keyed(0x6c, 0x69, 0x71, 0x75, 0x69, 0x64);
}

describe('elements are different', () => {
  test.each<[reason: string, elements: readonly SetElement[], different: boolean]>([
    ['none are', [], true],
    ['many are', addresses(200_000), true],
    ['one of many is there twice', [...addresses(200_000), keyed(10, 0, 1, 1)], false],
    ['two of one hash are', COLLIDING, true],
    ['one of them is there twice', [...COLLIDING, liquid()], false],
    [
      'an interval begins where another one ends',
      [keyed(1, 2), { ...keyed(1, 2), intervalEnd: true }],
      true,
    ],
    ['keys of other lengths', [keyed(0), keyed(0, 0)], true],
  ])('%s', (_, elements, different) => {
    expect(areDifferent(elements)).toBe(different);
  });
});
