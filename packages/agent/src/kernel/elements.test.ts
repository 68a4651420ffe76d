import { Buffer } from 'node:buffer';
import type { Element, Ruleset } from '@ringfence/dataplane';
import { commit, type SetElement } from '@ringfence/netlink';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeElements } from './decode-elements.ts';
import { elementChanges } from './element-changes.ts';
import { allElementsOf, elementsOf } from './elements.arbitrary.ts';
import { encodeElements } from './encode-elements.ts';
import { installChanges } from './install-changes.ts';
import { readTable } from './read-table.ts';
import {
  bridgeRuleset,
  cannotTest,
  openTestKernel,
  setNamed,
  shopRuleset,
  type TestKernel,
  titled,
} from './testing.ts';

const hex = ({ key, keyEnd, intervalEnd, data, ...rest }: SetElement): unknown => ({
  key: Buffer.from(key).toString('hex'),
  ...(keyEnd !== undefined && { keyEnd: Buffer.from(keyEnd).toString('hex') }),
  ...(data instanceof Uint8Array && { data: Buffer.from(data).toString('hex') }),
  ...(intervalEnd === true && { end: true }),
  ...rest,
});

const plain = (...key: Element['key']): Element => ({ key, identity: undefined, comment: '' });
const to = (identity: number, ...key: Element['key']): Element => ({ ...plain(...key), identity });

describe('an element', () => {
  test.each([
    [
      'names fill sixteen bytes',
      'bound4',
      plain('veth-web', 0x0a01_0002),
      [{ key: `${Buffer.from('veth-web').toString('hex')}${'00'.repeat(8)}0a010002` }],
    ],
    [
      'identities are as the kernel loads them, ports and addresses as packets have them',
      'egress4_ports',
      to(1, 0x0a01_0002, 0x1_0002, 6, 443),
      [{ key: ['0a010002', '02000100', '06000000', '01bb0000'].join(''), data: '01000000' }],
    ],
    [
      'in ranges identities are turned round',
      'egress4_ranges',
      to(2, { first: 1, last: 256 }, 0x1_0002, 0x0a01_0002, 17),
      [
        {
          key: ['00010000', '00010002', '0a010002', '11000000'].join(''),
          keyEnd: ['01000000', '00010002', '0a010002', '11000000'].join(''),
          data: '02000000',
        },
      ],
    ],
    [
      'a segment has a beginning and an end',
      'segments4',
      { ...to(16, { first: 0, last: 0x0000_ffff }), comment: 'c' },
      [
        { key: '00000000', data: '10000000', comment: 'c' },
        { key: '00010000', end: true },
      ],
    ],
    [
      'the last one has no end',
      'segments4',
      to(16, { first: 5, last: 0xffff_ffff }),
      [{ key: '00000005', data: '10000000' }],
    ],
    [
      'the last one of IPv6, too',
      'pod_ranges6',
      plain({ first: 0n, last: (1n << 128n) - 1n }),
      [{ key: '00'.repeat(16) }],
    ],
  ])('%s', (_, set, element, expected) => {
    expect(encodeElements(setNamed(set), [element]).map(hex)).toEqual(expected);
  });

  test.each([
    ['a name that no interface can have', 'bound4', plain('sixteen-letters-', 1)],
    ['a range in a set without', 'ready4', plain({ first: 1, last: 2 })],
    ['too few parts', 'bound4', plain('veth0')],
    ['an identity where there is none', 'ready4', to(1, 1)],
    ['none where there is one', 'identities4', plain(1)],
  ])('is refused with %s', (_, set, element) => {
    expect(() => encodeElements(setNamed(set), [element])).toThrow();
  });

  test.each(shopRuleset().sets.map((set) => [set.name, set] as const))(
    'is read as it was written: %s',
    (_, set) => {
      fc.assert(
        fc.property(elementsOf(set), (elements) => {
          const written = [...encodeElements(set, elements)].reverse();
          expect(decodeElements(set, written)).toEqual({ kind: 'ok', value: elements });
        }),
      );
    },
  );

  test.each([
    ['an end alone', 'pod_ranges4', [{ key: Uint8Array.of(1, 0, 0, 0), intervalEnd: true }]],
    [
      'two beginnings',
      'pod_ranges4',
      [{ key: Uint8Array.of(1, 0, 0, 0) }, { key: Uint8Array.of(2, 0, 0, 0) }],
    ],
    ['a map without data', 'identities4', [{ key: Uint8Array.of(1, 0, 0, 0) }]],
    ['one for every key', 'ready4', [{ key: new Uint8Array(0), catchAll: true }]],
  ] satisfies readonly (readonly [string, string, readonly SetElement[]])[])(
    'is nothing of ours: %s',
    (_, set, elements) => {
      expect(decodeElements(setNamed(set), elements).kind).toBe('failed');
    },
  );
});

describe.skipIf(cannotTest() !== undefined)(titled('the kernel'), () => {
  let kernel: TestKernel;

  beforeEach(() => {
    kernel = openTestKernel();
  });
  afterEach(() => kernel.close());

  test.each([
    ['a node', shopRuleset()],
    ['a bridge', bridgeRuleset()],
  ])('gives back what deltas have made of the table of %s', (_, ruleset) => {
    const empty = new Map(ruleset.sets.map(({ name }) => [name, []]));
    install(kernel, { ...ruleset, elements: empty });
    let before: ReadonlyMap<string, readonly Element[]> = elementsIn(kernel, ruleset);
    fc.assert(
      fc.property(allElementsOf(ruleset.sets), (after) => {
        commit(kernel.socket, elementChanges(ruleset, deltas(ruleset, before, after)));
        before = elementsIn(kernel, ruleset);
        expect(before).toEqual(after);
      }),
      { numRuns: 60 },
    );
  });

  test('gives back what was loaded', () => {
    const ruleset = shopRuleset();
    fc.assert(
      fc.property(
        allElementsOf(ruleset.sets),
        fc.integer({ min: 1, max: 40 }),
        (elements, maxElements) => {
          install(kernel, { ...ruleset, elements }, maxElements);
          expect(elementsIn(kernel, ruleset)).toEqual(elements);
          const { family, table: name } = ruleset;
          commit(kernel.socket, [{ kind: 'deleteTable', table: { family, name } }]);
        },
      ),
      { numRuns: 20 },
    );
  });
});

function install(kernel: TestKernel, ruleset: Ruleset, maxElements: number = 1_000): void {
  for (const changes of installChanges(ruleset, { owned: false, maxElements })) {
    commit(kernel.socket, changes);
  }
}

function elementsIn(kernel: TestKernel, ruleset: Ruleset): ReadonlyMap<string, readonly Element[]> {
  const read = readTable(kernel.socket, ruleset);
  if (read.kind === 'failed') throw new Error(read.error);
  return read.value.elements;
}

function deltas(
  ruleset: Ruleset,
  before: ReadonlyMap<string, readonly Element[]>,
  after: ReadonlyMap<string, readonly Element[]>,
): Parameters<typeof elementChanges>[1] {
  const without = (
    all: readonly Element[] | undefined,
    others: readonly Element[] | undefined,
  ): readonly Element[] => {
    const known = new Set((others ?? []).map(textOf));
    return (all ?? []).filter((element) => !known.has(textOf(element)));
  };
  return ruleset.sets.map((set) => ({
    set,
    gone: without(before.get(set.name), after.get(set.name)),
    come: without(after.get(set.name), before.get(set.name)),
  }));
}

function textOf(element: Element): string {
  return JSON.stringify(element, (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
}
