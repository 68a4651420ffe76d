import { type Direction, type Family, unreachable } from '@ringfence/core';
import { directionSet } from '../ruleset/names.ts';
import { ALLOWED, DENIED } from '../ruleset/numbers.ts';
import { isRange } from '../ruleset/order.ts';
import type { Element, KeyPart } from '../ruleset/ruleset.ts';

type Address = number | bigint;

/** Names a row: which of the sets it is in, and the element. */
export interface KernelRow {
  readonly set: string;
  readonly element: Element;
  readonly says: typeof ALLOWED | typeof DENIED;
}

/** The rows of one subject about one number. */
export interface NumberRows {
  /** By protocol, then by port. */
  readonly ports: ReadonlyMap<number, ReadonlyMap<number, KernelRow>>;
  readonly ranges: ReadonlyMap<number, readonly RangeRow[]>;
  readonly anyPort: KernelRow | undefined;
}

interface RangeRow extends KernelRow {
  readonly first: number;
  readonly last: number;
}

/** All rows of one direction and family, by subject and by number. */
export interface RowIndex {
  of(subject: Address): ReadonlyMap<number, NumberRows>;
  readonly subjects: Iterable<Address>;
}

interface OpenRows extends NumberRows {
  readonly ports: Map<number, Map<number, KernelRow>>;
  readonly ranges: Map<number, RangeRow[]>;
  anyPort: KernelRow | undefined;
}

/**
 * Files rows.
 *
 * @param odd is told of elements that are no rows: of them nothing is known to be right.
 */
export function rowIndexOf(
  elements: ReadonlyMap<string, readonly Element[]>,
  { direction, family }: { readonly direction: Direction; readonly family: Family },
  odd: (set: string, element: Element) => void,
): RowIndex {
  const bySubject = new Map<Address, Map<number, OpenRows>>();
  const rowsAt = (subject: Address, number: number): OpenRows => {
    let ofSubject = bySubject.get(subject);
    if (ofSubject === undefined) bySubject.set(subject, (ofSubject = new Map()));
    let rows = ofSubject.get(number);
    if (rows === undefined) {
      rows = { ports: new Map(), ranges: new Map(), anyPort: undefined };
      ofSubject.set(number, rows);
    }
    return rows;
  };
  for (const kind of ['ports', 'ranges', 'any_port'] as const) {
    const set = directionSet(kind, direction, family);
    for (const element of elements.get(set) ?? []) {
      const key = keyIn(kind, element.key);
      const says = element.identity;
      if (key === undefined || (says !== ALLOWED && says !== DENIED)) odd(set, element);
      else file(rowsAt(key.subject, key.number), { ...key, kind }, { set, element, says });
    }
  }
  return { of: (subject) => bySubject.get(subject) ?? NONE, subjects: bySubject.keys() };
}

const NONE: ReadonlyMap<number, NumberRows> = new Map();

type RowKind = 'ports' | 'ranges' | 'any_port';

interface RowKey {
  readonly subject: Address;
  readonly number: number;
  readonly protocol: number;
  readonly first: number;
  readonly last: number;
}

function keyIn(kind: RowKind, key: readonly KeyPart[]): RowKey | undefined {
  switch (kind) {
    case 'ports': {
      const [subject, number, protocol, port] = key;
      return rowKey({ subject, number, protocol, ports: port });
    }
    case 'ranges': {
      const [ports, number, subject, protocol] = key;
      return rowKey({ subject, number, protocol, ports });
    }
    case 'any_port': {
      const [subject, number] = key;
      return rowKey({ subject, number, protocol: 0, ports: 0 });
    }
    default:
      return unreachable(kind);
  }
}

/** Only ports come in ranges. */
function rowKey(
  of: {
    readonly [part in 'subject' | 'number' | 'protocol' | 'ports']: KeyPart | undefined;
  },
): RowKey | undefined {
  const { subject, number, protocol, ports } = of;
  if (typeof number !== 'number' || typeof protocol !== 'number') return undefined;
  if (typeof subject !== 'number' && typeof subject !== 'bigint') return undefined;
  if (typeof ports === 'number') return { subject, number, protocol, first: ports, last: ports };
  if (ports === undefined || !isRange(ports)) return undefined;
  return { subject, number, protocol, first: Number(ports.first), last: Number(ports.last) };
}

function file(
  rows: OpenRows,
  { kind, protocol, first, last }: RowKey & { readonly kind: RowKind },
  row: KernelRow,
): void {
  if (kind === 'any_port') {
    rows.anyPort = row;
  } else if (kind === 'ports') {
    const ports = rows.ports.get(protocol);
    if (ports === undefined) rows.ports.set(protocol, new Map([[first, row]]));
    else ports.set(first, row);
  } else {
    const ranges = rows.ranges.get(protocol);
    if (ranges === undefined) rows.ranges.set(protocol, [{ ...row, first, last }]);
    else ranges.push({ ...row, first, last });
  }
}

/** All rows about one number. */
export function* rowsIn({ ports, ranges, anyPort }: NumberRows): Iterable<KernelRow> {
  for (const ofProtocol of ports.values()) yield* ofProtocol.values();
  for (const ofProtocol of ranges.values()) yield* ofProtocol;
  if (anyPort !== undefined) yield anyPort;
}
