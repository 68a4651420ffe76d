import { type Family } from '@ringfence/core';
import { ANY_OUTSIDE } from '../ruleset/numbers.ts';
import { familySet } from '../ruleset/names.ts';
import { compareParts } from '../ruleset/order.ts';
import type { Element } from '../ruleset/ruleset.ts';
import { after, type AddressSpace, before } from './address-space.ts';
import { numberOf, type Range } from './member.ts';
import type { ElementWriter } from './net.ts';
import { firstPast } from '../ruleset/first-past.ts';

/** Addresses side by side that have one number. */
interface Segment extends Range {
  readonly number: number;
}

/** The segments of a family's addresses that have rows of their own, as they were written last. */
export interface Segments {
  /** Writes what is another one in these ranges, which come in any order and may overlap. */
  update(ranges: readonly Range[], space: AddressSpace, into: ElementWriter): void;
  /** Puts all of them in. */
  all(into: ElementWriter): void;
}

/** Makes segments of a family of which nothing was written. */
export function createSegments(family: Family): Segments {
  const set = familySet('segments', family);
  let segments: Segment[] = [];

  /** Makes a range reach to the ends of the segments that it touches. */
  const widened = (range: Range): Range => {
    const [from, to] = placesIn({ first: before(range.first), last: after(range.last) });
    const [first, last] = [segments[from], segments[to - 1]];
    if (to === from || first === undefined || last === undefined) return range;
    return {
      first: first.first < range.first ? first.first : range.first,
      last: last.last > range.last ? last.last : range.last,
    };
  };

  /** The place of the first segment that meets a range, and that behind the last one. */
  const placesIn = ({ first, last }: Range): readonly [from: number, to: number] => {
    const from = firstPast(segments, (segment) => segment.last < first);
    let to = from;
    while ((segments[to]?.first ?? after(last)) <= last) to += 1;
    return [from, to];
  };

  return {
    update(ranges, space, into) {
      // Each segment is looked at once: what was just written cannot be erased again.
      for (const wide of joined(ranges.map(widened))) {
        const [from, to] = placesIn(wide);
        const now = segmentsIn(wide, space);
        const was = segments.splice(from, to - from, ...now);
        const [earlier, later] = [byFirst(was), byFirst(now)];
        for (const each of was)
          if (!same(each, later.get(each.first))) into.erase(set, elementOf(each));
        for (const each of now)
          if (!same(each, earlier.get(each.first))) into.write(set, elementOf(each));
      }
    },
    all(into) {
      for (const each of segments) into.write(set, elementOf(each));
    },
  };
}

function byFirst(segments: readonly Segment[]): ReadonlyMap<number | bigint, Segment> {
  return new Map(segments.map((segment) => [segment.first, segment]));
}

function same({ last, number }: Segment, other: Segment | undefined): boolean {
  return last === other?.last && number === other.number;
}

/** Ascending; those that overlap or touch made one. */
export function joined(ranges: readonly Range[]): readonly Range[] {
  const sorted = [...ranges].sort((left, right) => compareParts(left.first, right.first));
  const result: Range[] = [];
  for (const range of sorted) {
    const last = result.at(-1);
    if (last === undefined || after(last.last) < range.first) result.push(range);
    else if (last.last < range.last) result[result.length - 1] = { ...last, last: range.last };
  }
  return result;
}

/** What a range holds now: cells of one number that touch are one segment. */
function segmentsIn(range: Range, space: AddressSpace): readonly Segment[] {
  const found: Segment[] = [];
  for (const cell of space.cellsFrom(range.first)) {
    if (cell.first > range.last) break;
    const number = numberOf(cell.atom);
    const first = cell.first < range.first ? range.first : cell.first;
    const last = cell.last > range.last ? range.last : cell.last;
    const previous = found.at(-1);
    if (previous?.number === number) found[found.length - 1] = { ...previous, last };
    else found.push({ first, last, number });
  }
  return found.filter(({ number }) => number !== ANY_OUTSIDE);
}

function elementOf({ first, last, number }: Segment): Element {
  const key =
    typeof first === 'number' ? { first, last: Number(last) } : { first, last: BigInt(last) };
  return { key: [key], identity: number, comment: '' };
}
