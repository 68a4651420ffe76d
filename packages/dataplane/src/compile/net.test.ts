import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Element, ElementSet } from '../ruleset/ruleset.ts';
import { createNet } from './net.ts';

function setOf(name: string): ElementSet {
  return {
    name,
    key: ['source4'],
    kind: 'identityMap',
    interval: false,
    dynamic: undefined,
    comment: '',
  };
}
const SETS = [setOf('first'), setOf('second')];

function element(key: number, identity?: number, comment: string = ''): Element {
  return { key: [key], identity, comment };
}

describe('a net', () => {
  test('tells what goes and comes, in the order of the sets', () => {
    const net = createNet(SETS);
    net.write('second', element(2, 7));
    net.write('second', element(1, 7));
    net.erase('first', element(10));
    net.erase('first', element(9));
    expect(net.take()).toEqual([
      { set: SETS[0], gone: [element(10), element(9)], come: [] },
      { set: SETS[1], gone: [], come: [element(2, 7), element(1, 7)] },
    ]);
  });

  test.each<[string, Element, Element, boolean]>([
    ['the same again is no change', element(1, 7), element(1, 7), false],
    ['another comment alone is no change', element(1, 7, 'a'), element(1, 7, 'b'), false],
    ['another identity is one', element(1, 7), element(1, 8), true],
  ])('%s', (_, gone, come, isChange) => {
    for (const order of ['goes first', 'comes first']) {
      const net = createNet(SETS);
      if (order === 'goes first') net.erase('first', gone);
      net.write('first', come);
      if (order === 'comes first') net.erase('first', gone);
      const expected = isChange ? [{ set: SETS[0], gone: [gone], come: [come] }] : [];
      expect(net.take(), order).toEqual(expected);
    }
  });

  test('is empty when it was taken', () => {
    const net = createNet(SETS);
    net.write('first', element(1));
    net.take();
    expect(net.take()).toEqual([]);
    net.write('first', element(1));
    expect(net.take()).toHaveLength(1);
  });

  test.each<[string, (net: ReturnType<typeof createNet>) => void, string]>([
    ['comes twice', (net) => net.write('first', element(1)), '1 comes to first twice'],
    ['goes twice', (net) => net.erase('first', element(1)), '1 leaves first twice'],
    ['is in no set', (net) => net.write('third', element(1)), 'no set third'],
  ])('knows that something is wrong with what %s', (_, again, message) => {
    const net = createNet(SETS);
    net.write('first', element(1));
    net.erase('first', element(1));
    expect(() => again(net)).toThrow(message);
  });

  test('what is left makes of what was there what is there', () => {
    const state = fc.uniqueArray(fc.tuple(fc.nat(6), fc.nat(2)), { selector: ([key]) => key });
    fc.assert(
      fc.property(state, state, (before, after) => {
        const net = createNet(SETS);
        for (const [key, identity] of before) net.erase('first', element(key, identity));
        for (const [key, identity] of after) net.write('first', element(key, identity));
        const held = new Map(before);
        let touched = 0;
        for (const { gone, come } of net.take()) {
          for (const { key } of gone) held.delete(Number(key[0]));
          for (const { key, identity } of come) held.set(Number(key[0]), identity ?? -1);
          touched += gone.length + come.length;
        }
        expect(held).toEqual(new Map(after));
        const same = before.filter(([key, identity]) =>
          after.some((other) => other[0] === key && other[1] === identity),
        );
        expect(touched).toBe(before.length + after.length - 2 * same.length);
      }),
      { numRuns: 2_000 },
    );
  });
});
