import { atomFacts, type IpAddress, type PeerFacts } from '@ringfence/core';
import { after, before } from '../compile/address-space.ts';
import { ANY_OUTSIDE } from '../ruleset/numbers.ts';
import { compareParts } from '../ruleset/order.ts';
import { compare, isExempt, type SubjectCase } from './family-case.ts';
import type { Address, KernelSegment, Place } from './kernel-family.ts';
import { outsideFacts } from './meaning.ts';
import { addressOf } from './peer-groups.ts';
import { firstPast } from '../ruleset/first-past.ts';

/** Addresses side by side of which the kernel and policies each say one thing. */
interface Piece {
  readonly first: Address;
  readonly last: Address;
  readonly number: number;
  readonly facts: PeerFacts;
}

/** Compares what is decided about all addresses that are no pod's; tells whether anything differs. */
export function proveOutside(of: SubjectCase): boolean {
  let isDifferent = false;
  for (const piece of piecesOf(of)) {
    const found = comparePiece(of, piece, () => freeAddress(of, piece));
    isDifferent ||= found;
  }
  if (!of.meaning.functions.nodes) return isDifferent;
  for (const address of of.nodes) {
    if (isExempt(of, address) || of.kernel.identities.has(address.value)) continue;
    const { value } = address;
    const facts = outsideFacts(of.cluster, of.meaning, address);
    const { number } = of.kernel.placeOf(value);
    const found = comparePiece(of, { first: value, last: value, number, facts }, () => value);
    isDifferent ||= found;
  }
  return isDifferent;
}

function comparePiece(of: SubjectCase, piece: Piece, free: () => Address | undefined): boolean {
  const { kernel, direction, meaning } = of;
  const place: Place = { path: 'outside', number: piece.number };
  return compare(of, {
    place,
    rows: kernel.sides[direction].functionFor(of.address.value, place),
    allowed: meaning.ofOutside(piece.facts),
    why: () => meaning.whyOutside(piece.facts),
    peer() {
      const value = free();
      if (value === undefined) return undefined;
      const [address, last] = [addressOf(value), addressOf(piece.last)];
      return { end: { address, pod: '', last }, count: 1 };
    },
  });
}

/** All addresses, cut by the blocks of policies and by the segments of which rows speak. */
function* piecesOf(of: SubjectCase): Iterable<Piece> {
  const segments = segmentsWithRows(of);
  for (const atom of of.meaning.atoms) {
    const facts = atomFacts(atom);
    for (const range of atom.ranges) yield* cut({ ...range, facts }, segments);
  }
}

/** The segments whose number the subject's rows speak of, ascending. */
function segmentsWithRows({ kernel, direction, address }: SubjectCase): readonly KernelSegment[] {
  const side = kernel.sides[direction];
  if (!side.subjects.has(address.value)) return [];
  const segments: KernelSegment[] = [];
  for (const number of side.rows.of(address.value).keys()) {
    if (number !== ANY_OUTSIDE) segments.push(...(kernel.segmentsOf.get(number) ?? []));
  }
  return segments.sort((left, right) => compareParts(left.first, right.first));
}

function* cut(
  { first, last, facts }: Omit<Piece, 'number'>,
  segments: readonly KernelSegment[],
): Iterable<Piece> {
  let from = first;
  for (const segment of segmentsFrom(segments, first)) {
    if (segment.first > last) break;
    if (segment.first > from) {
      yield { first: from, last: before(segment.first), number: ANY_OUTSIDE, facts };
    }
    const start = segment.first > from ? segment.first : from;
    const end = segment.last < last ? segment.last : last;
    yield { first: start, last: end, number: segment.number, facts };
    if (end === last) return;
    from = after(end);
  }
  yield { first: from, last, number: ANY_OUTSIDE, facts };
}

/** The segments from the first one on that reaches to an address. */
function* segmentsFrom(
  segments: readonly KernelSegment[],
  address: Address,
): Iterable<KernelSegment> {
  const from = firstPast(segments, ({ last }) => last < address);
  for (let index = from; index < segments.length; index += 1) {
    const segment = segments[index];
    if (segment !== undefined) yield segment;
  }
}

/** An address of a piece that is no pod's, neither to the kernel nor to the cluster. */
function freeAddress(of: SubjectCase, { first, last }: Piece): Address | undefined {
  const { kernel, groups, meaning } = of;
  const nodes = new Map(of.nodes.map((address) => [address.value, address]));
  for (let value = first; value <= last; value = after(value)) {
    const node: IpAddress | undefined = nodes.get(value);
    const isNode = node !== undefined && (meaning.functions.nodes || isExempt(of, node));
    if (!isNode && !kernel.identities.has(value) && groups.podAt(value) === undefined) return value;
  }
  return undefined;
}
