import type { IpAddress } from '../sets/address.ts';
import { cidrHas, type Cidr } from '../sets/cidr.ts';
import type { IpBlock } from '../policy/policy.ts';

/** Things that apply to some blocks of addresses, searched by address. */
export interface BlockIndex<T> {
  /** What was made for the segment of the address space in which the address lies. */
  at(address: IpAddress): T;
}

/** Whether the address lies in one of the blocks and in none of that block's exceptions. */
export function blocksHave(blocks: readonly IpBlock[], address: IpAddress): boolean {
  return blocks.some(
    ({ cidr, except }) =>
      cidrHas(cidr, address) && !except.some((excluded) => cidrHas(excluded, address)),
  );
}

/**
 * Cuts the address space into segments inside which every block either holds or does not, and
 * makes a `T` for a segment when it is first asked for.
 *
 * @param make is given the items whose blocks have the segment, in the order of `items`.
 */
export function createBlockIndex<I extends { readonly blocks: readonly IpBlock[] }, T>(
  items: readonly I[],
  make: (inside: readonly I[]) => T,
): BlockIndex<T> {
  const families = {
    IPv4: boundaries(items, 'IPv4'),
    IPv6: boundaries(items, 'IPv6'),
  };
  const made = { IPv4: new Map<number, T>(), IPv6: new Map<number, T>() };
  return {
    at(address) {
      const segment = segmentOf(families[address.family], address.value);
      const known = made[address.family].get(segment);
      if (known !== undefined) return known;
      // Every address of a segment lies in the same blocks, so this one stands for all of them.
      const value = make(items.filter(({ blocks }) => blocksHave(blocks, address)));
      made[address.family].set(segment, value);
      return value;
    },
  };
}

type Value = number | bigint;

function boundaries(
  items: readonly { readonly blocks: readonly IpBlock[] }[],
  family: Cidr['family'],
): readonly Value[] {
  const values = new Set<Value>();
  for (const { blocks } of items) {
    for (const { cidr, except } of blocks) {
      for (const each of [cidr, ...except]) {
        if (each.family !== family) continue;
        values.add(each.first);
        values.add(each.family === 'IPv4' ? each.last + 1 : each.last + 1n);
      }
    }
  }
  return [...values].sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
}

/** How many boundaries are not beyond the value: 0 is the segment before the first boundary. */
function segmentOf(sorted: readonly Value[], value: Value): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const boundary = sorted[middle];
    if (boundary !== undefined && boundary <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
