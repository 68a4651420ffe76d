import {
  type AddressSet,
  atomsOf,
  type Cidr,
  type Family,
  type IpAddress,
  type Node,
} from '@ringfence/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { after, type AddressSpace, createAddressSpace } from './address-space.ts';

/** A corner of each family's addresses, so that blocks meet, touch and lie inside each other. */
function cidr(family: Family, place: number, length: number): Cidr {
  if (family === 'IPv4') {
    const size = 2 ** (32 - length);
    const first = Math.floor(place / size) * size;
    return { family, first, last: first + size - 1, length };
  }
  const size = 1n << BigInt(128 - length);
  const first = (BigInt(place) / size) * size;
  return { family, first, last: first + size - 1n, length };
}

const EDGES = {
  IPv4: { first: 0, last: 2 ** 32 - 1 },
  IPv6: { first: 0n, last: (1n << 128n) - 1n },
} as const;

function arbBlock(family: Family): fc.Arbitrary<AddressSet['blocks'][number]> {
  const bits = family === 'IPv4' ? 32 : 128;
  const arbCidr = fc
    .tuple(fc.nat(15), fc.constantFrom(0, bits - 4, bits - 3, bits - 2, bits - 1, bits))
    .map(([place, length]) => cidr(family, place, length));
  return fc.record({ cidr: arbCidr, except: fc.array(arbCidr, { maxLength: 2 }) }).map((block) => ({
    ...block,
    except: block.except.filter(
      (each) => block.cidr.first <= each.first && each.last <= block.cidr.last,
    ),
  }));
}

const arbSets = (family: Family): fc.Arbitrary<readonly AddressSet[]> =>
  fc
    .array(fc.array(arbBlock(family), { maxLength: 3 }), { minLength: 1, maxLength: 5 })
    .map((all) => all.map((blocks, index) => ({ id: index + 1, family, blocks })));

/** Which sets are used, and which addresses are marked, one step after the other. */
const arbSteps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('use', 'unuse'), set: fc.nat(4) }),
    fc.record({ kind: fc.constantFrom('mark', 'unmark'), at: fc.nat(15) }),
    fc.record({ kind: fc.constant('take') }),
  ),
  { maxLength: 30 },
);

/** Cells from the lowest address on, each with what it is said to lie in. */
function cellsOf(space: AddressSpace, family: Family) {
  return [...space.cellsFrom(EDGES[family].first)].map(({ first, last, atom }) => ({
    first,
    last,
    ids: atom.ids.filter((id) => id > 0),
    isMarked: atom.ids.some((id) => id < 0),
    atom,
  }));
}

const NODE: Node = {
  kind: 'Node',
  name: 'n1',
  labels: new Map(),
  addresses: [],
  podRanges: [],
};

function at(family: Family, value: number): IpAddress {
  return family === 'IPv4' ? { family, value } : { family, value: BigInt(value) };
}

/** Does the steps that make sense; tells which sets are in use and which addresses are marked. */
function stepped(
  space: AddressSpace,
  family: Family,
  sets: readonly AddressSet[],
  steps: Iterable<{ readonly kind: string; readonly set?: number; readonly at?: number }>,
): { readonly used: readonly AddressSet[]; readonly marked: ReadonlySet<number> } {
  const uses = new Map<AddressSet, number>();
  const marked = new Set<number>();
  for (const { kind, set: index = 0, at: place = 0 } of steps) {
    const set = sets[index % sets.length];
    if (set === undefined) throw new Error('there is a set');
    const count = uses.get(set) ?? 0;
    if (kind === 'use') {
      space.use(set);
      uses.set(set, count + 1);
    } else if (kind === 'unuse' && count > 0) {
      space.unuse(set);
      uses.set(set, count - 1);
    } else if (kind === 'mark') {
      space.mark(at(family, place), [NODE]);
      marked.add(place);
    } else if (kind === 'unmark') {
      space.mark(at(family, place), undefined);
      marked.delete(place);
    } else if (kind === 'take') space.takeChanges();
  }
  return { used: sets.filter((set) => (uses.get(set) ?? 0) > 0), marked };
}

const RUNS = { numRuns: 1_000 };

describe.each(['IPv4', 'IPv6'] as const)('the %s addresses', (family) => {
  const arbCase = fc.tuple(arbSets(family), arbSteps);

  test('are all in exactly one cell, and neighbours are of different atoms', () => {
    fc.assert(
      fc.property(arbCase, ([sets, steps]) => {
        const space = createAddressSpace(family);
        stepped(space, family, sets, steps);
        const cells = cellsOf(space, family);
        expect(cells[0]?.first).toBe(EDGES[family].first);
        expect(cells.at(-1)?.last).toBe(EDGES[family].last);
        for (const [index, { last, atom }] of cells.entries()) {
          const next = cells[index + 1];
          if (next === undefined) continue;
          expect(next.first).toBe(after(last));
          expect(next.atom).not.toBe(atom);
        }
      }),
      RUNS,
    );
  });

  test('are cut as by somebody who sees only what is in use now', () => {
    fc.assert(
      fc.property(arbCase, ([sets, steps]) => {
        const space = createAddressSpace(family);
        const { used, marked } = stepped(space, family, sets, steps);
        const expected = atomsOf(used)
          .filter(({ address }) => address.family === family)
          .flatMap(({ ranges, sets: ids }) => ranges.map((range) => ({ ...range, ids })));
        for (const { first, last, ids, isMarked } of cellsOf(space, family)) {
          const met = expected.filter((each) => each.first <= last && first <= each.last);
          expect(met.length).toBeGreaterThan(0);
          for (const each of met) expect(each.ids).toEqual(ids);
          expect(isMarked).toBe(first === last && marked.has(Number(first)));
        }
        const cells = cellsOf(space, family);
        const found = cells.filter(({ isMarked }) => isMarked).map(({ first }) => Number(first));
        expect(found.toSorted((left, right) => left - right)).toEqual(
          [...marked].toSorted((left, right) => left - right),
        );
      }),
      RUNS,
    );
  });

  test('know their atoms: each holds its cells, and is found by each of its sets', () => {
    fc.assert(
      fc.property(arbCase, ([sets, steps]) => {
        const space = createAddressSpace(family);
        stepped(space, family, sets, steps);
        const cells = cellsOf(space, family);
        const atoms = [...space.atoms()];
        expect(new Set(cells.map(({ atom }) => atom))).toEqual(new Set(atoms));
        expect(new Set(atoms.map(({ ids }) => ids.join())).size).toBe(atoms.length);
        for (const atom of atoms) {
          const own = cells.filter((cell) => cell.atom === atom);
          expect(atom.weight()).toBe(own.length);
          expect(atom.lowest()).toBe(own[0]?.first);
          expect([...atom.ranges()].map(({ first }) => first).toSorted(ascending)).toEqual(
            own.map(({ first }) => first),
          );
        }
        for (const { id } of sets) {
          const expected = atoms.filter(({ ids }) => ids.includes(id));
          expect(new Set(space.atomsIn(id))).toEqual(new Set(expected));
        }
      }),
      RUNS,
    );
  });

  test('tell of every address that came to be of another atom, and of every atom that did', () => {
    fc.assert(
      fc.property(arbCase, arbSteps, ([sets, steps], more) => {
        const space = createAddressSpace(family);
        const { used } = stepped(space, family, sets, steps);
        space.takeChanges();
        const before = cellsOf(space, family);
        const atomsBefore = new Set(space.atoms());
        // What is not in use any more may be used again; nothing is let go that is not in use.
        const sensible = more.filter(({ kind }) => kind !== 'take' && kind !== 'unuse');
        stepped(space, family, sets, sensible);
        for (const set of used.slice(0, 1)) space.unuse(set);
        const { atoms, ranges } = space.takeChanges();
        const cells = cellsOf(space, family);
        const atomAt = (all: typeof cells, value: number | bigint) =>
          all.find(({ first, last }) => first <= value && value <= last)?.atom;
        // Between these nothing can differ.
        for (const { first } of [...before, ...cells]) {
          if (atomAt(before, first) === atomAt(cells, first)) continue;
          expect(ranges.some((range) => range.first <= first && first <= range.last)).toBe(true);
        }
        const now = new Set(space.atoms());
        for (const atom of [...now, ...atomsBefore]) {
          if (now.has(atom) !== atomsBefore.has(atom)) expect(atoms).toContain(atom);
        }
      }),
      RUNS,
    );
  });
});

test('a node address that has other nodes is asked about again, and keeps its cell', () => {
  const space = createAddressSpace('IPv4');
  space.mark({ family: 'IPv4', value: 7 }, [NODE]);
  space.takeChanges();
  space.mark({ family: 'IPv4', value: 7 }, [NODE, NODE]);
  const { atoms, ranges } = space.takeChanges();
  expect([...atoms].map((atom) => atom.lowest())).toEqual([7]);
  expect(ranges).toEqual([]);
});

test('ten thousand blocks are cut, and let go again', () => {
  const blocks = Array.from({ length: 10_000 }, (_, index) => ({
    cidr: cidr('IPv4', index * 2, 32),
    except: [],
  }));
  const space = createAddressSpace('IPv4');
  const every = { id: 1, family: 'IPv4', blocks } as const;
  const all = {
    id: 2,
    family: 'IPv4',
    blocks: [{ cidr: cidr('IPv4', 0, 0), except: [] }],
  } as const;
  space.use(every);
  space.use(all);
  expect([...space.cellsFrom(0)]).toHaveLength(20_000);
  space.unuse(every);
  space.unuse(all);
  expect([...space.cellsFrom(0)]).toHaveLength(1);
});

function ascending(left: number | bigint, right: number | bigint): number {
  return left < right ? -1 : 1;
}
