import type { Protocol } from '../objects/object.ts';
import type { PortMatch, Ports } from '../policy/policy.ts';
import type { Traffic } from './model.ts';

/** Some rule's ports, with the position that decides which of several rules comes first. */
export interface RankedPorts {
  readonly rank: number;
  readonly ports: Ports;
}

/** Answers which of many rules is the first whose ports match, in time that hardly grows with them. */
export interface PortIndex {
  /** The lowest rank whose ports match, or `NO_RANK`. */
  first(traffic: Traffic): number;
}

/** No rule matches; greater than every rank. */
export const NO_RANK: number = Number.POSITIVE_INFINITY;

/** Builds the index over rules whose peers all match the same ends. */
export function createPortIndex(rules: readonly RankedPorts[]): PortIndex {
  let any = NO_RANK;
  const ranges: RankedRange[] = [];
  const names = new Map<string, RankedName[]>();
  for (const { rank, ports } of rules) {
    if (ports.kind === 'any') any = Math.min(any, rank);
    else for (const match of ports.ports) file(match, rank, ranges, names);
  }
  const tableOf = (protocol: Protocol): Table =>
    paint(ranges.filter((range) => range.protocol === protocol));
  const tables = { TCP: tableOf('TCP'), UDP: tableOf('UDP'), SCTP: tableOf('SCTP') };
  return {
    first(traffic) {
      if (traffic.protocol === 'other') return any;
      const numeric = lookUp(tables[traffic.protocol], traffic.port);
      const best = Math.min(any, numeric);
      return names.size === 0 ? best : Math.min(best, firstNamed(names, traffic));
    },
  };
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
  const ports = traffic.destination?.object.ports ?? [];
  return ports.some(
    ({ name, protocol, port }) =>
      name === match.name &&
      protocol === traffic.protocol &&
      port === traffic.port &&
      (match.protocol === 'any' || match.protocol === protocol),
  );
}

interface RankedRange {
  readonly protocol: Protocol;
  readonly from: number;
  readonly to: number;
  readonly rank: number;
}

interface RankedName {
  readonly protocol: Protocol | 'any';
  readonly rank: number;
}

function file(
  match: PortMatch,
  rank: number,
  ranges: RankedRange[],
  names: Map<string, RankedName[]>,
): void {
  if (match.kind === 'range') {
    ranges.push({ protocol: match.protocol, from: match.from, to: match.to, rank });
    return;
  }
  const named = names.get(match.name);
  if (named === undefined) names.set(match.name, [{ protocol: match.protocol, rank }]);
  else named.push({ protocol: match.protocol, rank });
}

function firstNamed(names: ReadonlyMap<string, readonly RankedName[]>, traffic: Traffic): number {
  let best = NO_RANK;
  for (const { name, protocol, port } of traffic.destination?.object.ports ?? []) {
    if (port !== traffic.port || protocol !== traffic.protocol || name === '') continue;
    for (const named of names.get(name) ?? []) {
      if (named.protocol === 'any' || named.protocol === protocol)
        best = Math.min(best, named.rank);
    }
  }
  return best;
}

const EMPTY_TABLE: Table = { starts: [], ranks: [] };

/** `ranks[i]` holds from `starts[i]` up to the next start. */
interface Table {
  readonly starts: readonly number[];
  readonly ranks: readonly number[];
}

function paint(ranges: readonly RankedRange[]): Table {
  if (ranges.length === 0) return EMPTY_TABLE;
  const starts = [...new Set(ranges.flatMap(({ from, to }) => [from, to + 1]))].sort(
    (left, right) => left - right,
  );
  const position = new Map(starts.map((start, index) => [start, index]));
  const ranks = starts.map(() => NO_RANK);
  // `next[i]` is the first segment from i on that no earlier rank has painted.
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
  return { starts, ranks };
}

function lookUp(table: Table, port: number): number {
  let low = 0;
  let high = table.starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((table.starts[middle] ?? 0) <= port) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? NO_RANK : (table.ranks[low - 1] ?? NO_RANK);
}
