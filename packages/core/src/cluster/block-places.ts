import type { IpBlock } from '../policy/policy.ts';
import type { IpAddress } from '../sets/address.ts';
import { cidrOf } from '../sets/cidr.ts';
import { type BlockCover, coverOf } from './block-cover.ts';

/** Things filed by their blocks. */
export interface BlockPlaces<I> {
  /**
   * The things whose blocks hold an address, in the order in which they were given. Costs as much as
   * there are lengths of blocks, and blocks around the address.
   */
  around(address: IpAddress): readonly I[];
}

interface Filed<I> {
  readonly item: I;
  readonly order: number;
  readonly cover: BlockCover;
}

/** Files things by their blocks. */
export function createBlockPlaces<I extends { readonly blocks: readonly IpBlock[] }>(
  items: readonly I[],
): BlockPlaces<I> {
  /** By a block's length and its first address, whose type is the family. */
  const places = new Map<number, Map<number | bigint, Filed<I>[]>>();
  items.forEach((item, order) => {
    const filed: Filed<I> = { item, order, cover: coverOf(item.blocks) };
    for (const { cidr } of item.blocks) {
      const ofLength = places.get(cidr.length) ?? new Map<number | bigint, Filed<I>[]>();
      places.set(cidr.length, ofLength);
      const there = ofLength.get(cidr.first);
      if (there === undefined) ofLength.set(cidr.first, [filed]);
      else there.push(filed);
    }
  });
  return {
    around(address) {
      const found = new Set<Filed<I>>();
      for (const [length, ofLength] of places) {
        if (address.family === 'IPv4' && length > 32) continue;
        for (const filed of ofLength.get(cidrOf(address, length).first) ?? []) found.add(filed);
      }
      return [...found]
        .filter(({ cover }) => cover.has(address))
        .sort((left, right) => left.order - right.order)
        .map(({ item }) => item);
    },
  };
}
