import { PROTOCOLS, type Protocol } from '../objects/object.ts';

/**
 * A set of ports of TCP, UDP and SCTP, and of `other`: all that has no ports.
 *
 * INVARIANT: `spans` holds pairs of a first and a last place, both inclusive; they ascend, and
 * between two pairs at least one place is missing. Equal sets have equal spans.
 */
export interface PortSet {
  readonly spans: readonly number[];
  readonly other: boolean;
}

const FIRST_PORT = 1;
const LAST_PORT = 65_535;

/** Protocols lie apart, so that no span reaches from one into the next. */
const BASE: Readonly<Record<Protocol, number>> = { TCP: 0, UDP: 0x2_0000, SCTP: 0x4_0000 };

/** A number for each port of each protocol. */
export function placeOfPort(protocol: Protocol, port: number): number {
  return BASE[protocol] + port;
}

export const NO_TRAFFIC: PortSet = { spans: [], other: false };

export const ALL_TRAFFIC: PortSet = {
  spans: PROTOCOLS.flatMap((protocol) => [
    placeOfPort(protocol, FIRST_PORT),
    placeOfPort(protocol, LAST_PORT),
  ]),
  other: true,
};

/** The ports `from`..`to` of one protocol, both inclusive. */
export function portRange(protocol: Protocol, from: number, to: number): PortSet {
  return { spans: [placeOfPort(protocol, from), placeOfPort(protocol, to)], other: false };
}

/** A range of ports of one protocol, both ends inclusive. */
interface PortRange {
  readonly protocol: Protocol;
  readonly from: number;
  readonly to: number;
}

/** The set of ranges that are given by protocol and port, ascending, and do not overlap. */
export function portsIn(ranges: readonly PortRange[], other: boolean): PortSet {
  const spans: number[] = [];
  for (const { protocol, from, to } of ranges) {
    const [first, last] = [placeOfPort(protocol, from), placeOfPort(protocol, to)];
    if (spans.at(-1) === first - 1) spans[spans.length - 1] = last;
    else spans.push(first, last);
  }
  return { spans, other };
}

/** Whether a port, or `other` with port 0, is in the set. */
export function hasPort(set: PortSet, protocol: Protocol | 'other', port: number): boolean {
  if (protocol === 'other') return set.other;
  const place = placeOfPort(protocol, port);
  for (let index = 0; index < set.spans.length; index += 2) {
    if ((set.spans[index] ?? 0) > place) return false;
    if (place <= (set.spans[index + 1] ?? 0)) return true;
  }
  return false;
}

/** Whether nothing is in the set. */
export function isNoTraffic({ spans, other }: PortSet): boolean {
  return spans.length === 0 && !other;
}

/** The lowest port of the first protocol that has any; `other` with port 0 where none has. */
export function firstTraffic({
  spans: [place],
  other,
}: PortSet): { readonly protocol: Protocol | 'other'; readonly port: number } | undefined {
  if (place === undefined) return other ? { protocol: 'other', port: 0 } : undefined;
  const protocol = PROTOCOLS.findLast((each) => BASE[each] < place);
  return protocol && { protocol, port: place - BASE[protocol] };
}

/** The ranges of one protocol, ascending, as pairs of a first and a last port. */
export function rangesOf(set: PortSet, protocol: Protocol): readonly (readonly [number, number])[] {
  const base = BASE[protocol];
  const ranges: [number, number][] = [];
  for (let index = 0; index < set.spans.length; index += 2) {
    const from = (set.spans[index] ?? 0) - base;
    const to = (set.spans[index + 1] ?? 0) - base;
    if (from >= FIRST_PORT && to <= LAST_PORT) ranges.push([from, to]);
  }
  return ranges;
}

/** What is in either. */
export function unionPorts(left: PortSet, right: PortSet): PortSet {
  return combine(left, right, (inLeft, inRight) => inLeft || inRight);
}

/** What is in both. */
export function intersectPorts(left: PortSet, right: PortSet): PortSet {
  return combine(left, right, (inLeft, inRight) => inLeft && inRight);
}

/** What is in the first and not in the second. */
export function subtractPorts(left: PortSet, right: PortSet): PortSet {
  return combine(left, right, (inLeft, inRight) => inLeft && !inRight);
}

/** Text that is the same for equal sets only. */
export function portSetKey({ spans, other }: PortSet): string {
  return `${spans.join()}${other ? '+' : ''}`;
}

/**
 * Walks both sets' boundaries in order. `holds` says whether a place is in the result; it must be
 * false for a place that is in neither.
 */
function combine(
  left: PortSet,
  right: PortSet,
  holds: (inLeft: boolean, inRight: boolean) => boolean,
): PortSet {
  const spans: number[] = [];
  let [i, j] = [0, 0];
  let open = false;
  while (i < left.spans.length || j < right.spans.length) {
    const next = Math.min(boundary(left, i), boundary(right, j));
    if (boundary(left, i) === next) i += 1;
    if (boundary(right, j) === next) j += 1;
    // After an odd number of boundaries one is inside.
    const inside = holds(i % 2 === 1, j % 2 === 1);
    if (inside === open) continue;
    spans.push(inside ? next : next - 1);
    open = inside;
  }
  return { spans, other: holds(left.other, right.other) };
}

/** The boundary at a position: a first place, or the place after a last one. */
function boundary({ spans }: PortSet, position: number): number {
  const place = spans[position];
  if (place === undefined) return Number.POSITIVE_INFINITY;
  return position % 2 === 0 ? place : place + 1;
}
