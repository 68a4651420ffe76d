import type { AddressSet, Family } from '@ringfence/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FIRST_IDENTITY } from '../ruleset/numbers.ts';
import type { Element } from '../ruleset/ruleset.ts';
import { type AddressSpace, createAddressSpace, type SpaceAtom } from './address-space.ts';
import { type Identity, NOT_THERE, type Range } from './member.ts';
import { createNet, type Net } from './net.ts';
import { createSegments } from './segments.ts';

const SETS = (['segments4', 'segments6'] as const).map((name) => ({
  name,
  key: [name === 'segments4' ? 'source4' : 'source6'] as const,
  kind: 'identityMap' as const,
  interval: true,
  dynamic: undefined,
  comment: '',
}));

function address(family: Family, value: number): number | bigint {
  return family === 'IPv4' ? value : BigInt(value);
}

/** Sets of single ranges in the lowest addresses; blocks need not be whole. */
function setOf(family: Family, id: number, from: number, length: number): AddressSet {
  const [first, last] = [address(family, from), address(family, from + length)];
  const block = { family, first, last, length: 0 };
  return {
    id,
    family,
    blocks: [{ cidr: block as AddressSet['blocks'][number]['cidr'], except: [] }],
  };
}

function give(atom: SpaceAtom, number: number): void {
  const identity: Identity | undefined =
    number < FIRST_IDENTITY
      ? undefined
      : { number, kind: 'outside', special: NOT_THERE, key: `${number}`, members: new Set() };
  atom.identity = identity;
}

/** What the kernel holds after all that was told of a set. */
function held(net: Net, state: Map<string, Element>): Map<string, Element> {
  const textOf = ({ key: [range] }: Element): string =>
    typeof range === 'object' ? `${range.first}-${range.last}` : '';
  for (const { gone, come } of net.take()) {
    for (const element of gone) {
      expect(state.delete(textOf(element)), `${textOf(element)} is there`).toBe(true);
    }
    for (const element of come) {
      expect(state.has(textOf(element)), `${textOf(element)} is not there`).toBe(false);
      state.set(textOf(element), element);
    }
  }
  return state;
}

function plain(elements: Iterable<Element>): readonly string[] {
  return [...elements]
    .map(({ key: [range], identity }) =>
      typeof range === 'object' ? `${range.first}-${range.last}: ${identity}` : '',
    )
    .toSorted();
}

function fromScratch(family: Family, space: AddressSpace, whole: Range): readonly string[] {
  const net = createNet(SETS);
  createSegments(family).update([whole], space, net);
  return plain(net.take().flatMap(({ come }) => come));
}

const arbStep = fc.record({
  sets: fc.array(fc.record({ use: fc.boolean(), id: fc.integer({ min: 1, max: 5 }) }), {
    maxLength: 3,
  }),
  /** By place of the atom: 16 and above are numbers, the rest is none. */
  numbers: fc.array(fc.record({ atom: fc.nat(12), number: fc.integer({ min: 14, max: 18 }) }), {
    maxLength: 4,
  }),
});

describe.each(['IPv4', 'IPv6'] as const)('segments of %s', (family) => {
  const ends = { IPv4: 2 ** 32 - 1, IPv6: (1n << 128n) - 1n };
  const whole: Range = { first: address(family, 0), last: ends[family] };

  test('are after every change what they would be from scratch', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(20), fc.nat(12)), { minLength: 5, maxLength: 5 }),
        fc.array(arbStep, { maxLength: 8 }),
        (places, steps) => {
          const sets = places.map(([from, length], index) =>
            setOf(family, index + 1, from, length),
          );
          const space = createAddressSpace(family);
          const segments = createSegments(family);
          const net = createNet(SETS);
          const used = new Set<AddressSet>();
          let kernel = new Map<string, Element>();
          for (const step of steps) {
            for (const { use, id } of step.sets) {
              const set = sets[id - 1];
              if (set === undefined || used.has(set) === use) continue;
              if (use) space.use(set);
              else space.unuse(set);
              if (use) used.add(set);
              else used.delete(set);
            }
            const { ranges } = space.takeChanges();
            const renumbered: Range[] = [];
            const atoms = [...space.atoms()];
            for (const { atom: place, number } of step.numbers) {
              const atom = atoms[place % atoms.length];
              if (atom === undefined) continue;
              give(atom, number);
              renumbered.push(...atom.ranges());
            }
            segments.update([...ranges, ...renumbered], space, net);
            kernel = held(net, kernel);
            expect(plain(kernel.values())).toEqual(fromScratch(family, space, whole));
          }
          const all = createNet(SETS);
          segments.all(all);
          expect(plain(all.take().flatMap(({ come }) => come))).toEqual(plain(kernel.values()));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

test('ranges of one number that touch are one segment, and are parted again', () => {
  const space = createAddressSpace('IPv4');
  const segments = createSegments('IPv4');
  const net = createNet(SETS);
  const [low, high] = [setOf('IPv4', 1, 10, 9), setOf('IPv4', 2, 20, 9)];
  space.use(low);
  space.use(high);
  for (const atom of space.atoms()) give(atom, atom.ids.length > 0 ? FIRST_IDENTITY : 0);
  segments.update(space.takeChanges().ranges, space, net);
  expect(plain(net.take().flatMap(({ come }) => come))).toEqual(['10-29: 16']);
  for (const atom of space.atomsIn(2)) give(atom, FIRST_IDENTITY + 1);
  segments.update([{ first: 20, last: 29 }], space, net);
  expect(net.take()).toMatchObject([
    {
      gone: [{ key: [{ first: 10, last: 29 }] }],
      come: [{ key: [{ first: 10, last: 19 }] }, { key: [{ first: 20, last: 29 }] }],
    },
  ]);
});

test('addresses of which nothing special is said are no segment', () => {
  const space = createAddressSpace('IPv4');
  const segments = createSegments('IPv4');
  const net = createNet(SETS);
  space.use(setOf('IPv4', 1, 10, 9));
  segments.update(space.takeChanges().ranges, space, net);
  expect(net.take()).toEqual([]);
});
