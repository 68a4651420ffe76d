import { entryFor } from './column.ts';
import { type Cells, interchangeable, ITSELF_CELL } from './groups.ts';
import type { MatrixEnd } from './matrix-end.ts';
import { type ColumnEntry, type TrafficRow, trafficRows } from './traffic-rows.ts';
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
  if (ends.length > MOST_ENDS) return undefined;
  const found = interchangeable(cellsOf(view, ends), mostGroups);
  if (found === undefined) return undefined;
  const groups = found.map((group) => group.flatMap((index) => ends[index] ?? []));
  const rows = groups.flatMap((to, group) => {
    const column = groups.map((from) => between(view, from, to));
    return trafficRows(column, view.port).map((row) => ({ group, row }));
  });
  return { groups, rows };
}

/** Asked for cell by cell: most matrices that are too large are found out early. */
function cellsOf(view: View, ends: readonly MatrixEnd[]): Cells {
  const numbers = new Map<ColumnEntry, number>();
  return {
    size: ends.length,
    at(from, to) {
      const [source, target] = [ends[from], ends[to]];
      if (source === undefined || target === undefined) throw new Error('no such end');
      const entry = entryFor(view, source, target);
      if (entry.kind === 'itself') return ITSELF_CELL;
      const number = numbers.get(entry) ?? numbers.size + 1;
      numbers.set(entry, number);
      return number;
    },
  };
}

/** What members of one group find at members of another; in a group of several, at each other. */
function between(view: View, from: readonly MatrixEnd[], to: readonly MatrixEnd[]): ColumnEntry {
  const [source] = from;
  const target = from === to ? (to[1] ?? to[0]) : to[0];
  if (source === undefined || target === undefined) throw new Error('a group is never empty');
  return entryFor(view, source, target);
}
