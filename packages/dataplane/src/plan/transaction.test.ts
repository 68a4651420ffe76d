import { describe, expect, test } from 'vitest';
import { setsOf } from '../layout/sets.ts';
import type { Element, Ruleset } from '../ruleset/ruleset.ts';
import type { ElementsDelta } from '../ruleset/ruleset-delta.ts';
import { difference } from './difference.ts';
import { applied } from './transaction.ts';

const SETS = setsOf();
const [READY] = SETS.filter(({ name }) => name === 'ready4');
const [NUMBERS] = SETS.filter(({ name }) => name === 'identities4');
const [ROWS] = SETS.filter(({ name }) => name === 'ingress4_any_port');
if (READY === undefined || NUMBERS === undefined || ROWS === undefined) throw new Error('no set');

function ruleset(elements: Readonly<Record<string, readonly Element[]>>): Ruleset {
  return {
    family: 'inet',
    table: 'ringfence',
    sets: SETS,
    chains: [],
    elements: new Map(SETS.map(({ name }) => [name, elements[name] ?? []])),
    closed: [],
  };
}

function element(key: Element['key'], identity?: number, comment: string = ''): Element {
  return { key, identity, comment };
}

const apply = (to: Ruleset, ...elements: readonly ElementsDelta[]): Ruleset =>
  applied(to, { elements, revokes: false });

describe('applied', () => {
  test('takes what goes and brings what comes, in the order of the keys', () => {
    const before = ruleset({ ready4: [element([2]), element([5])] });
    const after = apply(before, {
      set: READY,
      gone: [element([2])],
      come: [element([9]), element([1])],
    });
    expect(after.elements.get('ready4')).toEqual([element([1]), element([5]), element([9])]);
    expect(before.elements.get('ready4')).toHaveLength(2);
  });

  test('lets a key go and come with another identity', () => {
    const before = ruleset({ identities4: [element([2], 16)] });
    const change = { set: NUMBERS, gone: [element([2], 16)], come: [element([2], 17)] };
    expect(apply(before, change).elements.get('identities4')).toEqual([element([2], 17)]);
  });

  test('refuses what the kernel would refuse', () => {
    const before = ruleset({ ready4: [element([2])] });
    expect(() => apply(before, { set: READY, gone: [element([3])], come: [] })).toThrow(
      '3 is not in ready4',
    );
    expect(() => apply(before, { set: READY, gone: [], come: [element([2])] })).toThrow(
      '2 is in ready4 already',
    );
  });
});

describe('difference', () => {
  test('is what makes one the other', () => {
    const before = ruleset({
      ready4: [element([1]), element([2])],
      identities4: [element([1], 16)],
    });
    const after = ruleset({
      ready4: [element([2]), element([3])],
      identities4: [element([1], 17)],
    });
    const { elements } = difference(before, after);
    expect(elements.map(({ set }) => set.name)).toEqual(['ready4', 'identities4']);
    expect(apply(before, ...elements).elements).toEqual(after.elements);
  });

  test('is nothing between equals, whatever comments say', () => {
    const [one, other] = ['a', 'b'].map((comment) =>
      ruleset({ ready4: [element([1], undefined, comment)] }),
    );
    if (one === undefined || other === undefined) throw new Error('two rulesets');
    expect(difference(one, other)).toEqual({
      elements: [],
      newNumbers: new Set(),
      oldNumbers: new Set(),
    });
  });

  test('numbers are those of addresses: what rows say, and what is said of any, are none', () => {
    const before = ruleset({ identities4: [element([1], 16), element([2], 3)] });
    const after = ruleset({
      identities4: [element([1], 17), element([2], 4)],
      ingress4_any_port: [element([9, 99], 1)],
    });
    const { newNumbers, oldNumbers } = difference(before, after);
    expect([newNumbers, oldNumbers]).toEqual([new Set([17]), new Set([16])]);
  });
});
