import { ascending } from '../ascending.ts';
import type { AddressSet } from '../cluster/compiled.ts';
import type { IpBlock } from '../policy/policy.ts';
import { FAMILIES, type Family, type IpAddress } from '../sets/address.ts';
import type { AddressRange } from '../sets/cidr-cover.ts';
import { type Cidr, cidrContains } from '../sets/cidr.ts';

/** Addresses of one family that lie in the same blocks of all policies. */
export interface Atom {
  /** Ascending; ranges do not overlap. INVARIANT: never empty. */
  readonly ranges: readonly AddressRange[];
  /** The lowest of its addresses. */
  readonly address: IpAddress;
  /** Ids of the sets in whose blocks it lies, ascending. */
  readonly sets: readonly number[];
}

/** Cuts all addresses of both families by the blocks of these sets; IPv4 first. */
export function atomsOf(sets: Iterable<AddressSet>): readonly Atom[] {
  const all = [...sets];
  return FAMILIES.flatMap((family) =>
    atomsIn(
      family,
      all.filter((set) => set.family === family),
    ),
  );
}

/** From `at` on, a set's blocks cover an address `by` more times than before. */
interface Step {
  readonly at: number | bigint;
  readonly set: number;
  readonly by: 1 | -1;
}

/** Goes through the addresses from the lowest to the highest, and notes which sets cover them. */
function atomsIn(family: Family, sets: readonly AddressSet[]): readonly Atom[] {
  const steps = sets.flatMap(({ id, blocks }) => blocks.flatMap((block) => stepsOf(id, block)));
  steps.sort((left, right) => ascending(left.at, right.at));
  const { zero, end } = EDGES[family];
  const atoms = new Map<string, { sets: readonly number[]; ranges: AddressRange[] }>();
  const covering = new Map<number, number>();
  let from: number | bigint = zero;
  const close = (to: number | bigint): void => {
    if (to === from) return;
    const inside = [...covering.keys()].sort((left, right) => left - right);
    const key = inside.join();
    const range = rangeOf(from, to);
    const atom = atoms.get(key);
    if (atom === undefined) atoms.set(key, { sets: inside, ranges: [range] });
    else atom.ranges.push(range);
    from = to;
  };
  for (const { at, set, by } of steps) {
    close(at);
    const times = (covering.get(set) ?? 0) + by;
    if (times === 0) covering.delete(set);
    else covering.set(set, times);
  }
  close(end);
  return [...atoms.values()].map((atom) => ({ ...atom, address: firstOf(atom.ranges) }));
}

const EDGES = {
  IPv4: { zero: 0, end: 2 ** 32 },
  IPv6: { zero: 0n, end: 2n ** 128n },
} as const satisfies Record<Family, { zero: number | bigint; end: number | bigint }>;

function stepsOf(set: number, { cidr, except }: IpBlock): readonly Step[] {
  if (except.some((hole) => cidrContains(hole, cidr))) return [];
  return [
    { at: cidr.first, set, by: 1 },
    { at: after(cidr), set, by: -1 },
    ...holesIn(cidr, except).flatMap((hole): readonly Step[] => [
      { at: hole.first, set, by: -1 },
      { at: after(hole), set, by: 1 },
    ]),
  ];
}

/** Blocks lie inside each other or apart: without those inside others, nothing is taken out twice. */
function holesIn(cidr: Cidr, except: readonly Cidr[]): readonly Cidr[] {
  const inside = except.filter((hole) => cidrContains(cidr, hole));
  inside.sort((left, right) => ascending(left.first, right.first) || left.length - right.length);
  const holes: Cidr[] = [];
  for (const hole of inside) {
    const last = holes.at(-1);
    if (last === undefined || !cidrContains(last, hole)) holes.push(hole);
  }
  return holes;
}

function after(cidr: Cidr): number | bigint {
  return cidr.family === 'IPv4' ? cidr.last + 1 : cidr.last + 1n;
}

function rangeOf(from: number | bigint, to: number | bigint): AddressRange {
  return typeof from === 'number'
    ? { family: 'IPv4', first: from, last: Number(to) - 1 }
    : { family: 'IPv6', first: from, last: BigInt(to) - 1n };
}

function firstOf([range]: readonly AddressRange[]): IpAddress {
  if (range === undefined) throw new Error('an atom has addresses');
  return range.family === 'IPv4'
    ? { family: 'IPv4', value: range.first }
    : { family: 'IPv6', value: range.first };
}
