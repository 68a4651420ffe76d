import { ascending } from '../ascending.ts';
import type { Family, IpAddress } from '../sets/address.ts';
import { cidrHas, type Cidr } from '../sets/cidr.ts';
import type { IpBlock } from '../policy/policy.ts';
import { type BlockPlaces, createBlockPlaces } from './block-places.ts';
import { boundariesUpTo4, boundariesUpTo6 } from './boundaries.ts';

/** Whether the address lies in one of the blocks and in none of that block's exceptions. */
export function blocksHave(blocks: readonly IpBlock[], address: IpAddress): boolean {
  return blocks.some(
    ({ cidr, except }) =>
      cidrHas(cidr, address) && !except.some((excluded) => cidrHas(excluded, address)),
  );
}

/**
 * Things that apply to some blocks of addresses, filed by address: the address space is cut into
 * segments inside which every block either holds or does not.
 */
export interface BlockIndex<I, T> {
  readonly items: readonly I[];
  readonly places: BlockPlaces<I>;
  /** Makes what is found at a segment, out of the items whose blocks have it, in their order. */
  readonly make: (inside: readonly I[]) => T;
  /** Where segments begin, ascending. IPv4's lie side by side in memory: they are looked up most. */
  readonly boundaries4: Float64Array;
  readonly boundaries6: readonly bigint[];
  /** What is found outside all blocks. */
  readonly outside: T;
  /** By segment; made when a segment is first asked for. */
  readonly made: Readonly<Record<Family, (T | undefined)[]>>;
}

interface InBlocks {
  readonly blocks: readonly IpBlock[];
}

/** Files items by their blocks. */
export function createBlockIndex<I extends InBlocks, T>(
  items: readonly I[],
  make: (inside: readonly I[]) => T,
): BlockIndex<I, T> {
  return {
    items,
    places: createBlockPlaces(items),
    make,
    boundaries4: boundariesIn4(items),
    boundaries6: boundariesIn6(items),
    outside: make([]),
    made: { IPv4: [], IPv6: [] },
  };
}

/** What was made for the segment in which an address lies. */
export function atAddress<I extends InBlocks, T>(index: BlockIndex<I, T>, address: IpAddress): T {
  const segment =
    address.family === 'IPv4'
      ? boundariesUpTo4(index.boundaries4, address.value)
      : boundariesUpTo6(index.boundaries6, address.value);
  // Before the first boundary lies no block, and behind the last one.
  const last = address.family === 'IPv4' ? index.boundaries4.length : index.boundaries6.length;
  if (segment === 0 || segment === last) return index.outside;
  const known = index.made[address.family][segment];
  if (known !== undefined) return known;
  // Every address of a segment lies in the same blocks, so this one stands for all of them.
  const made = index.make(index.places.around(address));
  index.made[address.family][segment] = made;
  return made;
}

function boundariesIn4(items: readonly InBlocks[]): Float64Array {
  const starts = new Set<number>();
  for (const cidr of cidrsOf(items)) {
    if (cidr.family === 'IPv4') starts.add(cidr.first).add(cidr.last + 1);
  }
  return Float64Array.from(starts).sort();
}

function boundariesIn6(items: readonly InBlocks[]): readonly bigint[] {
  const starts = new Set<bigint>();
  for (const cidr of cidrsOf(items)) {
    if (cidr.family === 'IPv6') starts.add(cidr.first).add(cidr.last + 1n);
  }
  return [...starts].sort(ascending);
}

function cidrsOf(items: readonly InBlocks[]): readonly Cidr[] {
  return items.flatMap(({ blocks }) => blocks.flatMap(({ cidr, except }) => [cidr, ...except]));
}
