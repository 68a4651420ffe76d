import type { Touch } from '@ringfence/netlink';
import { describe, expect, test } from 'vitest';
import { damageOf, MOST_TOUCHES } from './damage.ts';

const table = { family: 'inet', name: 'ringfence' } as const;
const touch = (how: Touch['how'], object: Touch['object'], name = 'x'): Touch => ({
  table,
  how,
  object,
  name,
  count: 1,
});
const NOTHING = {
  kind: 'parts',
  table: 'ringfence',
  chains: new Set(),
  madeChains: new Set(),
  sets: new Set(),
  dormant: false,
};

describe('what there may be to repair', () => {
  test.each<[what: string, touches: readonly Touch[], parts: object]>([
    ['elements', [touch('new', 'element'), touch('delete', 'element')], { sets: new Set(['x']) }],
    [
      'rules',
      [touch('new', 'rule'), touch('delete', 'rule', 'y')],
      { chains: new Set(['x', 'y']) },
    ],
    ['a chain', [touch('new', 'chain')], { madeChains: new Set(['x']) }],
    ['the flags of the table', [touch('new', 'table', '')], { dormant: true }],
  ])('after %s were written or deleted is that alone', (_, touches, parts) => {
    expect(damageOf(touches)).toEqual({ ...NOTHING, ...parts });
  });

  test.each<[what: string, touches: readonly Touch[]]>([
    ['nothing that is known', []],
    ['a table that was deleted', [touch('delete', 'table', '')]],
    ['a chain that was deleted', [touch('new', 'element'), touch('delete', 'chain')]],
    ['a set that was made', [touch('new', 'set')]],
    ['a set that was deleted', [touch('delete', 'set')]],
    ['a flowtable', [touch('new', 'flowtable')]],
    ['what has no words', [touch('new', 'other')]],
    [
      'both of our names',
      [
        touch('new', 'element'),
        { ...touch('new', 'element'), table: { ...table, name: 'ringfence_2' } },
      ],
    ],
    [
      'very many things',
      Array.from({ length: MOST_TOUCHES }, (_, index) => touch('new', 'element', `${index}`)),
    ],
  ])('after %s is anything', (_, touches) => {
    expect(damageOf(touches)).toEqual({ kind: 'any' });
  });
});
