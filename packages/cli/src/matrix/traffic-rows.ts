import {
  ALL_TRAFFIC,
  type Allowance,
  type Family,
  intersectPorts,
  isNoTraffic,
  NO_TRAFFIC,
  type PortSet,
  subtractPorts,
  unionPorts,
  unreachable,
} from '@ringfence/core';
import type { Answer } from './answer.ts';

/** What a source gets for the ports of a row. `none`: there is no such connection. */
export type Sign = 'yes' | 'no' | 'unknown' | 'none' | 'notAsked';

/** Ports of a destination that each source may use all of or nothing of, and what each finds. */
export interface TrafficRow {
  /** Empty where nobody may send anything. */
  readonly ports: PortSet;
  /** Set where the families differ. */
  readonly family: Family | undefined;
  readonly signs: readonly Sign[];
}

/** What a source finds at a destination; `itself` is a lone pod, which nobody needs to be told. */
export type ColumnEntry = Answer | { readonly kind: 'notAsked' } | { readonly kind: 'itself' };

/**
 * Divides a destination's ports so that each source may use all of a row or nothing of it. Few
 * ports come before many. Ports that surely nobody may use have no row, but there is always one.
 *
 * @param column what the sources find there; sources that find the same may be one of them.
 * @returns signs in the order of the column. For an equal column, the same objects.
 */
export type TrafficRows = (column: readonly ColumnEntry[]) => readonly TrafficRow[];

/**
 * Prepares to divide the ports of many destinations: at most of them the same few things are found.
 *
 * @param port the only port that was asked about.
 */
export function trafficRowsOn(port: PortSet | undefined): TrafficRows {
  const numbers = new Map<ColumnEntry, number>();
  const numberOf = (entry: ColumnEntry): number => {
    const number = numbers.get(entry) ?? numbers.size;
    numbers.set(entry, number);
    return number;
  };
  const known = new Map<string, readonly TrafficRow[]>();
  return (column) => {
    const key = column.map(numberOf).join();
    const rows = known.get(key) ?? rowsOf(column, port);
    known.set(key, rows);
    return rows;
  };
}

function rowsOf(entries: readonly ColumnEntry[], port: PortSet | undefined): readonly TrafficRow[] {
  const parts = port === undefined ? partition(entries) : [port];
  const rows = parts.flatMap((ports) => rowsOn(entries, ports));
  const used = rows.filter(({ signs }) =>
    signs.some((sign) => sign === 'yes' || sign === 'unknown'),
  );
  if (used.length > 0) return merged(used);
  return rowsOn(entries, port ?? NO_TRAFFIC).slice(0, 1);
}

/** The coarsest parts that every set of answers is a union of. */
function partition(entries: readonly ColumnEntry[]): readonly PortSet[] {
  const sets = new Set(entries.flatMap(setsIn));
  let parts: readonly PortSet[] = [ALL_TRAFFIC];
  for (const set of sets) {
    parts = parts
      .flatMap((part) => [intersectPorts(part, set), subtractPorts(part, set)])
      .filter((part) => !isNoTraffic(part));
  }
  return [...parts].sort((left, right) => order(left) - order(right));
}

function setsIn(entry: ColumnEntry): readonly PortSet[] {
  const all = entry.kind === 'same' ? [entry.allow] : [];
  const both = entry.kind === 'byFamily' ? [entry.IPv4, entry.IPv6] : all;
  return both.flatMap(({ allowed, unknown }) => [allowed, unknown]);
}

/** By the first port, and what has no ports last: that is where "all the rest" is. */
function order({ spans, other }: PortSet): number {
  return (spans[0] ?? 0) + (other ? 0x100_0000 : 0);
}

function rowsOn(entries: readonly ColumnEntry[], ports: PortSet): readonly TrafficRow[] {
  const IPv4 = entries.map((entry) => signOf(entry, ports, 'IPv4'));
  const alike: TrafficRow = { ports, family: undefined, signs: IPv4 };
  if (!entries.some(({ kind }) => kind === 'byFamily')) return [alike];
  const IPv6 = entries.map((entry) => signOf(entry, ports, 'IPv6'));
  if (IPv4.every((sign, index) => sign === IPv6[index])) return [alike];
  return [
    { ports, family: 'IPv4', signs: IPv4 },
    { ports, family: 'IPv6', signs: IPv6 },
  ];
}

function signOf(entry: ColumnEntry, ports: PortSet, family: Family): Sign {
  switch (entry.kind) {
    case 'notAsked':
      return 'notAsked';
    case 'itself':
    case 'apart':
      return 'none';
    case 'same':
      return allowedSign(entry.allow, ports);
    case 'byFamily':
      return allowedSign(entry[family], ports);
    default:
      return unreachable(entry);
  }
}

function allowedSign({ allowed, unknown }: Allowance, ports: PortSet): Sign {
  if (!isNoTraffic(intersectPorts(allowed, ports))) return 'yes';
  return isNoTraffic(intersectPorts(unknown, ports)) ? 'no' : 'unknown';
}

/** Ports that only another family tells apart are one row. */
function merged(rows: readonly TrafficRow[]): readonly TrafficRow[] {
  const byKey = new Map<string, TrafficRow>();
  for (const row of rows) {
    const key = `${row.family ?? ''} ${row.signs.join()}`;
    const before = byKey.get(key);
    const ports = before === undefined ? row.ports : unionPorts(before.ports, row.ports);
    byKey.set(key, { ...row, ports });
  }
  return [...byKey.values()];
}
