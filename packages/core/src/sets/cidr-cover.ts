import type { Family, IpAddress } from './address.ts';
import { type Cidr, cidrOf } from './cidr.ts';

/** Addresses of one family from `first` to `last`, both inclusive. */
export type AddressRange =
  | { readonly family: 'IPv4'; readonly first: number; readonly last: number }
  | { readonly family: 'IPv6'; readonly first: bigint; readonly last: bigint };

/** The fewest blocks that make up ranges which do not overlap, IPv4 first, ascending. */
export function fewestCidrs(ranges: readonly AddressRange[]): readonly Cidr[] {
  return (['IPv4', 'IPv6'] as const).flatMap((family) =>
    joined(ranges, family).flatMap(({ first, last }) => cover(family, first, last)),
  );
}

interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

/** The ranges of a family, ascending; those that touch are one. */
function joined(ranges: readonly AddressRange[], family: Family): readonly Range[] {
  const sorted = ranges
    .filter((range) => range.family === family)
    .map(({ first, last }): Range => ({ first: BigInt(first), last: BigInt(last) }))
    .sort((left, right) => (left.first < right.first ? -1 : 1));
  const result: Range[] = [];
  for (const range of sorted) {
    const before = result.at(-1);
    if (before !== undefined && before.last + 1n === range.first) {
      result[result.length - 1] = { first: before.first, last: range.last };
    } else result.push(range);
  }
  return result;
}

/** Takes the largest block that begins at the first address and does not reach beyond the last. */
function cover(family: Family, from: bigint, last: bigint): readonly Cidr[] {
  const bits = family === 'IPv4' ? 32 : 128;
  const blocks: Cidr[] = [];
  let first = from;
  while (first <= last) {
    let length = bits;
    while (length > 0 && fits(first, last, BigInt(bits - length + 1))) length -= 1;
    blocks.push(cidrOf(addressOf(family, first), length));
    first += 1n << BigInt(bits - length);
  }
  return blocks;
}

function fits(first: bigint, last: bigint, hostBits: bigint): boolean {
  const size = 1n << hostBits;
  return first % size === 0n && first + size - 1n <= last;
}

function addressOf(family: Family, value: bigint): IpAddress {
  return family === 'IPv4' ? { family, value: Number(value) } : { family, value };
}
