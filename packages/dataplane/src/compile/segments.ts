import { type Family } from '@ringfence/core';
import { ANY_OUTSIDE } from '../ruleset/numbers.ts';
import { compareParts } from '../ruleset/order.ts';
import type { Element } from '../ruleset/ruleset.ts';
import type { Identities } from './identities.ts';
import type { OutsidePeer, Peers } from './peers.ts';

/** Addresses that have one identity. */
type Segment =
  | { readonly first: number; readonly last: number; readonly identity: number }
  | { readonly first: bigint; readonly last: bigint; readonly identity: number };

/**
 * The segments of a family's addresses that have rows of their own: apart from each other, ascending,
 * and merged where they touch and no pod of this node tells them apart.
 */
export function segmentsOf(
  family: Family,
  peers: Peers,
  identities: Identities,
): readonly Element[] {
  const isNode = ({ facts }: OutsidePeer): boolean => facts.nodes.length > 0;
  const all = peers.outside[family];
  const blocks = all.filter((peer) => !isNode(peer));
  const numbered = (of: readonly OutsidePeer[]): readonly Segment[] =>
    of
      .flatMap((peer) =>
        peer.ranges.map((range): Segment => ({ ...range, identity: identities.numberOf(peer) })),
      )
      .sort((left, right) => compareParts(left.first, right.first));
  const cut = cutOut(numbered(blocks), numbered(all.filter(isNode)));
  return merged(cut)
    .filter(({ identity }) => identity !== ANY_OUTSIDE)
    .map((segment): Element => {
      const { identity } = segment;
      const range =
        typeof segment.first === 'number'
          ? { first: segment.first, last: Number(segment.last) }
          : { first: segment.first, last: BigInt(segment.last) };
      return { key: [range], identity, comment: '' };
    });
}

/** Puts single addresses in the place of what is around them. */
function cutOut(segments: readonly Segment[], single: readonly Segment[]): readonly Segment[] {
  const result: Segment[] = [];
  let next = 0;
  for (const segment of segments) {
    let rest: Segment | undefined = segment;
    for (let hole = single[next]; hole !== undefined && hole.first <= segment.last; ) {
      if (rest !== undefined && rest.first < hole.first) result.push(until(rest, hole));
      result.push(hole);
      rest = rest === undefined || rest.last <= hole.first ? undefined : after(rest, hole);
      next += 1;
      hole = single[next];
    }
    if (rest !== undefined) result.push(rest);
  }
  return result;
}

function until(segment: Segment, hole: Segment): Segment {
  const { identity } = segment;
  return typeof segment.first === 'number'
    ? { first: segment.first, last: Number(hole.first) - 1, identity }
    : { first: segment.first, last: BigInt(hole.first) - 1n, identity };
}

function after(segment: Segment, hole: Segment): Segment {
  const { identity } = segment;
  return typeof segment.last === 'number'
    ? { first: Number(hole.first) + 1, last: segment.last, identity }
    : { first: BigInt(hole.first) + 1n, last: segment.last, identity };
}

function merged(segments: readonly Segment[]): readonly Segment[] {
  const result: Segment[] = [];
  for (const segment of segments) {
    const before = result.at(-1);
    if (before !== undefined && before.identity === segment.identity) {
      // All addresses are in some segment: neighbours touch.
      result[result.length - 1] = joined(before, segment);
    } else result.push(segment);
  }
  return result;
}

function joined(left: Segment, right: Segment): Segment {
  const { identity } = left;
  return typeof left.first === 'number'
    ? { first: left.first, last: Number(right.last), identity }
    : { first: left.first, last: BigInt(right.last), identity };
}
