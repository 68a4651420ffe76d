import type { IpBlock } from '../policy/policy.ts';
import type { IpAddress } from '../sets/address.ts';
import type { Cidr } from '../sets/cidr.ts';
import { boundariesUpTo4, boundariesUpTo6 } from './boundaries.ts';

/** The addresses that some blocks hold, exceptions taken out. */
export interface BlockCover {
  has(address: IpAddress): boolean;
}

/** Addresses from one on, up to one that is not among them any more. */
interface Span<T> {
  readonly first: T;
  readonly end: T;
}

/**
 * Finds out what blocks hold; a question costs the same few steps however many they are. The blocks
 * of a family are looked at when they are first asked for.
 */
export function coverOf(blocks: readonly IpBlock[]): BlockCover {
  let edges4: Float64Array | undefined;
  let edges6: readonly bigint[] | undefined;
  return {
    has(address) {
      if (address.family === 'IPv4') {
        edges4 ??= Float64Array.from(edgesOf(blocks, spanIn4));
        return boundariesUpTo4(edges4, address.value) % 2 === 1;
      }
      edges6 ??= edgesOf(blocks, spanIn6);
      return boundariesUpTo6(edges6, address.value) % 2 === 1;
    },
  };
}

function spanIn4(cidr: Cidr): Span<number> | undefined {
  return cidr.family === 'IPv4' ? { first: cidr.first, end: cidr.last + 1 } : undefined;
}

function spanIn6(cidr: Cidr): Span<bigint> | undefined {
  return cidr.family === 'IPv6' ? { first: cidr.first, end: cidr.last + 1n } : undefined;
}

/** Where what is held begins and ends, in turn, ascending. */
function edgesOf<T extends number | bigint>(
  blocks: readonly IpBlock[],
  spanOf: (cidr: Cidr) => Span<T> | undefined,
): readonly T[] {
  const spansOf = (cidrs: readonly Cidr[]): readonly Span<T>[] =>
    cidrs.flatMap((cidr) => spanOf(cidr) ?? []);
  const spans = blocks.flatMap(({ cidr, except }) =>
    spansOf([cidr]).flatMap((whole) => without(whole, ascending(spansOf(except)))),
  );
  const edges: T[] = [];
  for (const { first, end } of ascending(spans)) {
    const last = edges.at(-1);
    if (last === undefined || first > last) edges.push(first, end);
    else if (end > last) edges[edges.length - 1] = end;
  }
  return edges;
}

function without<T extends number | bigint>(
  { first, end }: Span<T>,
  holes: readonly Span<T>[],
): readonly Span<T>[] {
  const left: Span<T>[] = [];
  let from = first;
  for (const hole of holes) {
    if (hole.first > from) left.push({ first: from, end: hole.first < end ? hole.first : end });
    if (hole.end > from) from = hole.end;
    if (from >= end) return left;
  }
  left.push({ first: from, end });
  return left;
}

function ascending<T extends number | bigint>(spans: readonly Span<T>[]): readonly Span<T>[] {
  return [...spans].sort((left, right) => {
    if (left.first === right.first) return 0;
    return left.first < right.first ? -1 : 1;
  });
}
