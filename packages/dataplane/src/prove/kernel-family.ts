import type { Direction, Family } from '@ringfence/core';
import { directionSet, familySet } from '../ruleset/names.ts';
import { firstPast } from '../ruleset/first-past.ts';
import { ANY_OUTSIDE, ANY_POD, ITSELF, NO_IDENTITY } from '../ruleset/numbers.ts';
import { compareParts, isRange, keyText } from '../ruleset/order.ts';
import type { Element } from '../ruleset/ruleset.ts';
import { EVERYTHING, type RowFunction, rowFunctionOf } from './row-function.ts';
import { type NumberRows, type RowIndex, rowIndexOf } from './row-index.ts';

/** An address as a number. */
export type Address = number | bigint;

/** Addresses side by side that the kernel gives one number. */
export interface KernelSegment {
  readonly first: Address;
  readonly last: Address;
  readonly number: number;
  readonly element: Element;
}

/**
 * What the kernel takes a peer for: where it is in `identities`, a pod of this number; otherwise an
 * address outside, of the number of its segment or of none.
 */
export interface Place {
  readonly path: 'pod' | 'outside';
  readonly number: number;
}

/** What the kernel does about one direction of policy. */
interface KernelSide {
  readonly subjects: ReadonlyMap<Address, Element>;
  readonly rows: RowIndex;
  /** What a subject's rows allow to or from such a peer; everything where it is no subject. */
  functionFor(subject: Address, place: Place): RowFunction;
  /** The same about itself, where the kernel knows that it is. */
  functionForItself(subject: Address): RowFunction;
  /** How many functions were worked out. */
  count(): number;
}

/** What the kernel does in one family of addresses. */
export interface KernelFamily {
  readonly family: Family;
  readonly identities: ReadonlyMap<Address, Element>;
  /** Ascending. */
  readonly segments: readonly KernelSegment[];
  readonly segmentsOf: ReadonlyMap<number, readonly KernelSegment[]>;
  readonly itself: ReadonlyMap<string, Element>;
  readonly sides: Readonly<Record<Direction, KernelSide>>;
  /** The numbers that addresses of pods have. */
  readonly numbers: ReadonlySet<number>;
  placeOf(address: Address): Place;
  isItself(source: Address, destination: Address): boolean;
}

/** Numbers below are no peer's: the chains use them themselves. */
const FIRST_PLACE = ANY_POD;

/** @param odd is told of elements that mean nothing, or something that no ruleset says. */
export function kernelFamily(
  family: Family,
  elements: ReadonlyMap<string, readonly Element[]>,
  odd: (set: string, element: Element) => void,
): KernelFamily {
  const identitySet = familySet('identities', family);
  const segmentSet = familySet('segments', family);
  const itself = new Map(
    (elements.get(familySet('itself', family)) ?? []).map((each) => [keyText(each.key), each]),
  );
  const identities = new Map<Address, Element>();
  for (const element of elements.get(identitySet) ?? []) {
    const address = addressIn(element);
    if (address === undefined || (element.identity ?? 0) < FIRST_PLACE) odd(identitySet, element);
    else identities.set(address, element);
  }
  const numbers = new Set<number>();
  for (const { identity } of identities.values()) numbers.add(identity ?? ANY_POD);
  const segments = segmentsIn(elements.get(segmentSet) ?? [], (each) => odd(segmentSet, each));
  const side = (direction: Direction): KernelSide =>
    kernelSide(elements, { direction, family }, odd);
  return {
    family,
    identities,
    segments,
    segmentsOf: Map.groupBy(segments, ({ number }) => number),
    itself,
    numbers,
    sides: { egress: side('egress'), ingress: side('ingress') },
    placeOf(address) {
      const number = identities.get(address)?.identity;
      if (number !== undefined) return { path: 'pod', number };
      return { path: 'outside', number: segmentAt(segments, address)?.number ?? ANY_OUTSIDE };
    },
    isItself: (source, destination) => itself.has(keyText([source, destination])),
  };
}

/** The address that is an element's only key. */
function addressIn({ key: [address] }: Element): Address | undefined {
  return typeof address === 'number' || typeof address === 'bigint' ? address : undefined;
}

function segmentsIn(
  elements: readonly Element[],
  odd: (element: Element) => void,
): readonly KernelSegment[] {
  const segments: KernelSegment[] = [];
  for (const element of elements) {
    const { key, identity: number = NO_IDENTITY } = element;
    const [part] = key;
    if (part === undefined || !isRange(part) || number < FIRST_PLACE) odd(element);
    else segments.push({ first: part.first, last: part.last, number, element });
  }
  return segments.sort((left, right) => compareParts(left.first, right.first));
}

/** The segment that holds an address. */
function segmentAt(
  segments: readonly KernelSegment[],
  address: Address,
): KernelSegment | undefined {
  const behind = firstPast(segments, ({ first }) => first <= address);
  const segment = segments[behind - 1];
  return segment !== undefined && address <= segment.last ? segment : undefined;
}

function kernelSide(
  elements: ReadonlyMap<string, readonly Element[]>,
  of: { readonly direction: Direction; readonly family: Family },
  odd: (set: string, element: Element) => void,
): KernelSide {
  const set = directionSet('subjects', of.direction, of.family);
  const subjects = new Map<Address, Element>();
  for (const element of elements.get(set) ?? []) {
    const address = addressIn(element);
    if (address === undefined) odd(set, element);
    else subjects.set(address, element);
  }
  const rows = rowIndexOf(elements, of, odd);
  const known = new Map<Address, Map<string, RowFunction>>();
  let count = 0;
  /** The numbers by which rows are looked up, one after the other. */
  const functionOver = (subject: Address, numbers: readonly number[]): RowFunction => {
    if (!subjects.has(subject)) return EVERYTHING;
    const ofSubject = rows.of(subject);
    const there = numbers.filter((number) => ofSubject.has(number));
    const functions = known.get(subject) ?? new Map<string, RowFunction>();
    known.set(subject, functions);
    const key = there.join();
    const before = functions.get(key);
    if (before !== undefined) return before;
    const layers = there.flatMap((number): readonly NumberRows[] => {
      const found = ofSubject.get(number);
      return found === undefined ? [] : [found];
    });
    const made = rowFunctionOf(layers);
    functions.set(key, made);
    count += 1;
    return made;
  };
  return {
    subjects,
    rows,
    functionFor: (subject, { path, number }) =>
      functionOver(subject, [number, path === 'pod' ? ANY_POD : ANY_OUTSIDE]),
    functionForItself: (subject) => functionOver(subject, [ITSELF, ANY_POD]),
    count: () => count,
  };
}
