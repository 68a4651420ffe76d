import type { Protocol } from '../objects/object.ts';
import type { PortMatch, Ports } from '../policy/policy.ts';
import type { Traffic } from './compiled.ts';
import { placeOfPort } from '../sets/port-set.ts';

/** Some rule's ports, with the position that decides which of several rules comes first. */
export interface RankedPorts {
  readonly rank: number;
  readonly ports: Ports;
}

/**
 * Tells which of many rules is the first whose ports match, in time that hardly grows with them.
 *
 * Plain data, and as little of it as can be: a verdict's time is spent waiting for memory.
 */
export interface PortIndex {
  /** The first rule without ports. */
  readonly any: number;
  /**
   * Pairs of a start and a rank: the rank holds from that start up to the next. A start is
   * `placeOfPort`. INVARIANT: starts ascend; what lies before the first has no rank.
   */
  readonly spans: readonly number[];
  /** By rank; each name once for a protocol. */
  readonly names: readonly RankedName[];
}

/** A rule that names a port. */
export interface RankedName {
  readonly name: string;
  readonly protocol: Protocol | 'any';
  readonly rank: number;
}

/** No rule matches; greater than every rank, and small enough to stay a machine integer. */
export const NO_RANK: number = 0x3fff_ffff;

/** Builds the index over rules whose peers all match the same ends. */
export function createPortIndex(rules: readonly RankedPorts[]): PortIndex {
  if (rules.length === 0) return NO_PORTS;
  let any = NO_RANK;
  const ranges: RankedRange[] = [];
  const names: RankedName[] = [];
  for (const { rank, ports } of rules) {
    if (ports.kind === 'any') any = Math.min(any, rank);
    else for (const match of ports.ports) file(match, rank, ranges, names);
  }
  names.sort((left, right) => left.rank - right.rank);
  return { any, spans: paint(ranges), names: names.filter(isFirstOfItsName) };
}

const NO_PORTS: PortIndex = { any: NO_RANK, spans: [], names: [] };

function isFirstOfItsName(
  ranked: RankedName,
  position: number,
  all: readonly RankedName[],
): boolean {
  const same = all.findIndex(
    ({ name, protocol }) => name === ranked.name && protocol === ranked.protocol,
  );
  return same === position;
}

/** The lowest rank whose ports match, or `NO_RANK`. */
export function firstPort(index: PortIndex, traffic: Traffic): number {
  const { any, spans, names } = index;
  if (traffic.protocol === 'other') return any;
  const best = Math.min(any, rankInSpans(spans, 0, spans.length, placeInPorts(traffic)));
  return Math.min(best, firstNamed(names, traffic));
}

/** Position of the first entry of a rule's ports that matches, or -1 (which `any` also gives). */
export function matchingPort(ports: Ports, traffic: Traffic): number {
  if (ports.kind === 'any') return -1;
  return ports.ports.findIndex((match) => portMatches(match, traffic));
}

/** Whether one entry of a rule's ports matches. */
export function portMatches(match: PortMatch, traffic: Traffic): boolean {
  if (match.kind === 'range') {
    return (
      match.protocol === traffic.protocol && match.from <= traffic.port && traffic.port <= match.to
    );
  }
  const ofProtocol = match.protocol === 'any' || match.protocol === traffic.protocol;
  return ofProtocol && traffic.names.includes(match.name);
}

/** `from`..`to`, both inclusive, as starts of spans. */
interface RankedRange {
  readonly from: number;
  readonly to: number;
  readonly rank: number;
}

function file(match: PortMatch, rank: number, ranges: RankedRange[], names: RankedName[]): void {
  if (match.kind === 'range') {
    const { protocol, from, to } = match;
    ranges.push({ from: placeOfPort(protocol, from), to: placeOfPort(protocol, to), rank });
    return;
  }
  names.push({ name: match.name, protocol: match.protocol, rank });
}

/** The lowest rank of a rule that names the destination's port. */
export function firstNamed(ranked: readonly RankedName[], { names, protocol }: Traffic): number {
  if (names.length === 0) return NO_RANK;
  for (const each of ranked) {
    const ofProtocol = each.protocol === 'any' || each.protocol === protocol;
    if (ofProtocol && names.includes(each.name)) return each.rank;
  }
  return NO_RANK;
}

function paint(ranges: readonly RankedRange[]): readonly number[] {
  if (ranges.length === 0) return NO_SPANS;
  const starts = [...new Set(ranges.flatMap(({ from, to }) => [from, to + 1]))].sort(
    (left, right) => left - right,
  );
  const position = new Map(starts.map((start, index) => [start, index]));
  const ranks = starts.map(() => NO_RANK);
  // `next[i]` is the first span from i on that no earlier rank has painted.
  const next = Array.from({ length: starts.length + 1 }, (_, index) => index);
  const unpainted = (from: number): number => {
    let index = from;
    while (next[index] !== index) index = next[index] ?? starts.length;
    next[from] = index;
    return index;
  };
  for (const { from, to, rank } of [...ranges].sort((left, right) => left.rank - right.rank)) {
    const end = position.get(to + 1) ?? 0;
    for (let index = unpainted(position.get(from) ?? 0); index < end; index = unpainted(index)) {
      ranks[index] = rank;
      next[index] = index + 1;
    }
  }
  return starts.flatMap((start, index) => [start, ranks[index] ?? NO_RANK]);
}

const NO_SPANS: readonly number[] = [];

/** The rank that holds at a place, read from the pairs of a start and a rank in `cells[from..to)`. */
export function rankInSpans(
  cells: readonly number[],
  from: number,
  to: number,
  place: number,
): number {
  let low = 0;
  let high = (to - from) >>> 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((cells[from + 2 * middle] ?? 0) <= place) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? NO_RANK : (cells[from + 2 * low - 1] ?? NO_RANK);
}

/** Where traffic lies among the spans. */
export function placeInPorts({ protocol, port }: Traffic): number {
  return protocol === 'other' ? -1 : placeOfPort(protocol, port);
}
