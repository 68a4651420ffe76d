import { ALL_TRAFFIC, portRange, type PortSet, PROTOCOLS, type Protocol } from '@ringfence/core';
import { ALLOWED, SCTP, TCP, UDP } from '../ruleset/numbers.ts';
import type { KernelRow, NumberRows } from './row-index.ts';

/** What rows of the kernel allow: a verdict for every protocol and every port. */
export interface RowFunction {
  /** Of TCP, UDP and SCTP from port 1 on; `other`: of all protocols of which no row speaks. */
  readonly allowed: PortSet;
  /** Which of those three may use port 0, which no rule of a policy can name. */
  readonly zero: readonly Protocol[];
  /** Where rows speak of other protocols, and say something else than `other`. */
  readonly odd: readonly OddPorts[];
  /** The row that decides; `undefined` where none does: that denies. */
  readonly rowAt: (protocol: number, port: number) => KernelRow | undefined;
}

/** The first bytes behind the header of a packet whose protocol has no ports. */
interface OddPorts {
  readonly protocol: number;
  readonly first: number;
  readonly last: number;
  readonly allows: boolean;
}

/** What a kernel allows for whom no rows decide. */
export const EVERYTHING: RowFunction = {
  allowed: ALL_TRAFFIC,
  zero: PROTOCOLS,
  odd: [],
  rowAt: () => undefined,
};

const NUMBERS: Readonly<Record<Protocol, number>> = { TCP, UDP, SCTP };
const LAST_PORT = 65_535;

/** A number that no protocol with ports has, and no row. */
const REST = -1;

/**
 * Works out what rows allow. They are looked at as the kernel does it: of the first number the row
 * for the port, then that for a range, then that for everything; then those of the next number.
 */
export function rowFunctionOf(layers: readonly NumberRows[]): RowFunction {
  const rowAt = (protocol: number, port: number): KernelRow | undefined => {
    for (const rows of layers) {
      const row = rowIn(rows, protocol, port);
      if (row !== undefined) return row;
    }
    return undefined;
  };
  const allows = (protocol: number, port: number): boolean =>
    rowAt(protocol, port)?.says === ALLOWED;
  const other = allows(REST, 0);
  const spans: number[] = [];
  const zero: Protocol[] = [];
  for (const name of PROTOCOLS) {
    const protocol = NUMBERS[name];
    if (allows(protocol, 0)) zero.push(name);
    for (const piece of piecesOf(layers, protocol, 1, allows)) {
      if (piece.allows) spans.push(...portRange(name, piece.first, piece.last).spans);
    }
  }
  const odd = [...protocolsIn(layers)].flatMap((protocol) =>
    piecesOf(layers, protocol, 0, allows)
      .filter((piece) => piece.allows !== other)
      .map((piece) => ({ protocol, ...piece })),
  );
  return { allowed: { spans, other }, zero, odd, rowAt };
}

function rowIn(rows: NumberRows, protocol: number, port: number): KernelRow | undefined {
  return (
    rows.ports.get(protocol)?.get(port) ??
    rows.ranges.get(protocol)?.find(({ first, last }) => first <= port && port <= last) ??
    rows.anyPort
  );
}

/** The ports of a protocol from one on, cut where the answer changes. */
function piecesOf(
  layers: readonly NumberRows[],
  protocol: number,
  from: number,
  allows: (protocol: number, port: number) => boolean,
): readonly Omit<OddPorts, 'protocol'>[] {
  const starts = new Set([from]);
  for (const { ports, ranges } of layers) {
    for (const port of ports.get(protocol)?.keys() ?? []) starts.add(port).add(port + 1);
    for (const { first, last } of ranges.get(protocol) ?? []) starts.add(first).add(last + 1);
  }
  const pieces: { first: number; last: number; allows: boolean }[] = [];
  for (const first of [...starts].sort((left, right) => left - right)) {
    if (first < from || first > LAST_PORT) continue;
    const now = allows(protocol, first);
    const before = pieces.at(-1);
    if (before?.allows === now) continue;
    if (before !== undefined) before.last = first - 1;
    pieces.push({ first, last: LAST_PORT, allows: now });
  }
  return pieces;
}

function protocolsIn(layers: readonly NumberRows[]): ReadonlySet<number> {
  const protocols = new Set<number>();
  for (const { ports, ranges } of layers) {
    for (const each of [...ports.keys(), ...ranges.keys()]) protocols.add(each);
  }
  for (const known of Object.values(NUMBERS)) protocols.delete(known);
  return protocols;
}
