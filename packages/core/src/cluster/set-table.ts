import type { Traffic } from './compiled.ts';
import {
  createPortIndex,
  firstNamed,
  NO_RANK,
  placeInPorts,
  rankInSpans,
  type RankedName,
  type RankedPorts,
} from './port-index.ts';

/**
 * Port indexes filed by the sets of pods that rules name.
 *
 * Plain numbers in one array, because a verdict's time is spent waiting for memory:
 *
 *     [set id, cell of its first span, cell after its last, rank of rules without ports] ...,
 *     then for every set its spans: [start, rank] ...
 *
 * INVARIANT: the ids ascend.
 */
export interface SetTable {
  readonly cells: readonly number[];
  /** How many sets. */
  readonly sets: number;
  /** By position of the set; empty where no rule names a port. */
  readonly names: readonly (readonly RankedName[])[];
}

const ROW = 4;

/** Files the ports of rules by set. */
export function createSetTable(bySet: ReadonlyMap<number, readonly RankedPorts[]>): SetTable {
  const rows: number[] = [];
  const spans: number[] = [];
  const names: (readonly RankedName[])[] = [];
  const sorted = [...bySet].sort(([left], [right]) => left - right);
  for (const [id, rules] of sorted) {
    const index = createPortIndex(rules);
    const begin = sorted.length * ROW + spans.length;
    rows.push(id, begin, begin + index.spans.length, index.any);
    spans.push(...index.spans);
    names.push(index.names);
  }
  const named = names.some(({ length }) => length > 0);
  return { cells: [...rows, ...spans], sets: sorted.length, names: named ? names : [] };
}

/** The lowest rank filed under one of these sets (ids ascending) whose ports match. */
export function firstInSets(table: SetTable, ids: readonly number[], traffic: Traffic): number {
  if (table.sets + ids.length <= FEW) return firstInStep(table, ids, traffic);
  let best = NO_RANK;
  for (const id of ids) {
    const position = positionOf(table, id);
    if (position !== -1) best = Math.min(best, firstOf(table, position, traffic));
  }
  return best;
}

/** Lists that are together no longer than this are walked in step; else each id is looked up. */
const FEW = 32;

function firstInStep(table: SetTable, ids: readonly number[], traffic: Traffic): number {
  const { cells, sets } = table;
  let best = NO_RANK;
  let position = 0;
  let place = 0;
  while (position < sets && place < ids.length) {
    const difference = (cells[position * ROW] ?? 0) - (ids[place] ?? 0);
    if (difference === 0) best = Math.min(best, firstOf(table, position, traffic));
    if (difference <= 0) position += 1;
    if (difference >= 0) place += 1;
  }
  return best;
}

function firstOf({ cells, names }: SetTable, position: number, traffic: Traffic): number {
  const row = position * ROW;
  const any = cells[row + 3] ?? NO_RANK;
  if (traffic.protocol === 'other') return any;
  const from = cells[row + 1] ?? 0;
  const to = cells[row + 2] ?? 0;
  const best = Math.min(any, rankInSpans(cells, from, to, placeInPorts(traffic)));
  const named = names[position];
  return named === undefined ? best : Math.min(best, firstNamed(named, traffic));
}

function positionOf({ cells, sets }: SetTable, id: number): number {
  let low = 0;
  let high = sets;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((cells[middle * ROW] ?? 0) < id) low = middle + 1;
    else high = middle;
  }
  return low < sets && cells[low * ROW] === id ? low : -1;
}
