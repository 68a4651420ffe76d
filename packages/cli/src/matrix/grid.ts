import { entriesFrom, entryFor } from './column.ts';
import { type Cells, interchangeable, ITSELF_CELL } from './groups.ts';
import type { MatrixEnd } from './matrix-end.ts';
import { type ColumnEntry, type TrafficRow, trafficRowsOn } from './traffic-rows.ts';
import type { View } from './view.ts';

/** A matrix between groups of ends that are the same to everybody. */
export interface Grid {
  readonly groups: readonly (readonly MatrixEnd[])[];
  readonly rows: readonly GridRow[];
}

interface GridRow {
  /** The destination's position among the groups. */
  readonly group: number;
  /** It has a sign for each group. */
  readonly row: TrafficRow;
}

/** The pairs of more ends are not compared: that many ends never fold into a grid in good time. */
const MOST_ENDS = 2000;

/** Folds a whole matrix into a grid; `undefined` where more than so many groups are left. */
export function gridOf(view: View, mostGroups: number): Grid | undefined {
  const ends = view.all;
  if (ends.length > MOST_ENDS || hasMoreGroups(view, mostGroups)) return undefined;
  const found = interchangeable(cellsOf(view), mostGroups);
  if (found === undefined) return undefined;
  const groups = found.map((group) => group.flatMap((index) => ends[index] ?? []));
  const rowsOf = trafficRowsOn(view.port);
  const rows = groups.flatMap((to, group) => {
    const column = groups.map((from) => between(view, from, to));
    return rowsOf(column).map((row) => ({ group, row }));
  });
  return { groups, rows };
}

/** So many ends mostly tell the groups of a large matrix apart. */
const SAMPLES = 64;

/**
 * Whether there are surely more than so many groups, seen by a part of the pairs: ends of one group
 * have the same answers at all others, and give them, so that different ones are different groups.
 */
function hasMoreGroups(view: View, mostGroups: number): boolean {
  const { all } = view;
  const step = Math.floor(all.length / SAMPLES);
  // Of few ends all pairs are looked at soon enough.
  if (step < 2) return false;
  const numberOf = numbering();
  const isSample = (index: number): boolean => index % step === 0;
  const samples = all.filter((_, index) => isSample(index));
  const fromSamples = samples.map((from) => entriesFrom(view, from, all).map(numberOf));
  const seen = new Set<string>();
  for (const [index, end] of all.entries()) {
    if (isSample(index)) continue;
    const sent = entriesFrom(view, end, samples).map(numberOf);
    const received = fromSamples.map((row) => row[index]);
    seen.add(`${sent.join()};${received.join()}`);
    if (seen.size > mostGroups) return true;
  }
  return false;
}

function numbering(): (entry: ColumnEntry) => number {
  const numbers = new Map<ColumnEntry, number>();
  return (entry) => {
    if (entry.kind === 'itself') return ITSELF_CELL;
    const known = numbers.get(entry);
    if (known !== undefined) return known;
    numbers.set(entry, numbers.size + 1);
    return numbers.size;
  };
}

/** A number for each answer, by source and destination; equal for equal answers. */
function cellsOf(view: View): Cells {
  const numberOf = numbering();
  return view.all.map((from) => Int32Array.from(entriesFrom(view, from, view.all), numberOf));
}

/** What members of one group find at members of another; in a group of several, at each other. */
function between(view: View, from: readonly MatrixEnd[], to: readonly MatrixEnd[]): ColumnEntry {
  const [source] = from;
  const target = from === to ? (to[1] ?? to[0]) : to[0];
  if (source === undefined || target === undefined) throw new Error('a group is never empty');
  return entryFor(view, source, target);
}
