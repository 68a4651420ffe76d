import { isNoTraffic } from '@ringfence/core';
import { findersOf } from './column.ts';
import type { MatrixEnd } from './matrix-end.ts';
import { type NameMany, namesAmong, placeOf } from './names.ts';
import { portItems } from './ports-text.ts';
import { type Sign, type TrafficRow, type TrafficRows, trafficRowsOn } from './traffic-rows.ts';
import type { View } from './view.ts';

/** Destinations of which the same can be said, and what that is. */
export interface ListEntry {
  readonly to: readonly MatrixEnd[];
  readonly lines: readonly ListLine[];
}

/** Ports, and who may use them. */
interface ListLine {
  readonly ports: readonly string[];
  readonly from: readonly string[];
}

/**
 * Says of each destination who may send it what. Destinations are one where the same is said of
 * them, in words that are about their own namespace: `its deploy/web`.
 */
export function listOf(view: View): readonly ListEntry[] {
  const words = {
    names: namesAmong(view.all),
    rowsOf: trafficRowsOn(view.port),
    portsOf: rememberedPorts(),
  };
  const entries = new Map<string, ListEntry & { readonly to: MatrixEnd[] }>();
  for (const to of view.destinations) {
    const lines = linesOn(view, to, { ...words, home: placeOf(to) });
    const key = JSON.stringify(lines);
    const before = entries.get(key);
    if (before === undefined) entries.set(key, { to: [to], lines });
    else before.to.push(to);
  }
  return [...entries.values()].map((entry) => {
    const [first] = entry.to;
    const namespaces = new Set(entry.to.map(placeOf));
    if (first === undefined || namespaces.size > 1) return entry;
    // Only one namespace is meant: its name says more.
    return { to: entry.to, lines: linesOn(view, first, { ...words, home: undefined }) };
  });
}

interface Wording {
  readonly names: NameMany;
  readonly rowsOf: TrafficRows;
  readonly portsOf: (row: TrafficRow) => readonly string[];
  readonly home: string | undefined;
}

function linesOn(view: View, to: MatrixEnd, words: Wording): readonly ListLine[] {
  const finders = findersOf(view, to);
  const sources = [...finders.values()];
  const rows = words.rowsOf([...finders.keys()]);
  const name = ({ signs }: TrafficRow, wanted: Sign): readonly string[] => {
    const finding = (sign: Sign): readonly MatrixEnd[] =>
      inOrder(sources.filter((_, index) => signs[index] === sign));
    return words.names(finding(wanted), { besides: finding('none'), home: words.home });
  };
  const allowed = rows
    .filter(({ signs }) => signs.includes('yes'))
    .map((row) => ({ ports: words.portsOf(row), from: name(row, 'yes') }));
  const unknown = rows
    .filter(({ signs }) => signs.includes('unknown'))
    .map((row) => {
      const [first = '', ...rest] = words.portsOf(row);
      return { ports: [`unknown: ${first}`, ...rest], from: name(row, 'unknown') };
    });
  const lines = [...allowed, ...unknown];
  if (lines.length > 0) return lines;
  return [{ ports: ['-'], from: [asksEveryone(view, to) ? 'nobody' : 'none of those asked'] }];
}

/** Puts ends together in the order of the matrix, in which each list is already. */
function inOrder(lists: readonly (readonly MatrixEnd[])[]): readonly MatrixEnd[] {
  const [first = [], ...more] = lists;
  if (more.length === 0) return first;
  return lists.flat().sort((left, right) => left.end.index - right.end.index);
}

function asksEveryone(view: View, to: MatrixEnd): boolean {
  const isOutside = ({ end }: MatrixEnd): boolean => end.kind === 'outside';
  return view.all.every(
    (from) => (isOutside(from) && isOutside(to)) || view.answer(from, to) !== undefined,
  );
}

/** Most destinations have the rows of others. */
function rememberedPorts(): (row: TrafficRow) => readonly string[] {
  const known = new Map<TrafficRow, readonly string[]>();
  return (row) => {
    const ports = known.get(row) ?? portsOf(row);
    known.set(row, ports);
    return ports;
  };
}

/** The ports of a row; with the family, where there is a difference. */
export function portsOf({ ports, family }: TrafficRow): readonly string[] {
  if (isNoTraffic(ports)) return ['-'];
  const items = portItems(ports);
  if (family === undefined) return items;
  return [...items.slice(0, -1), `${items.at(-1) ?? ''} (${family})`];
}
