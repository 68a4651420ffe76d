import type { Paint } from '../command-line/paint.ts';
import { elide } from './elide.ts';
import { type Grid, gridOf } from './grid.ts';
import { portsOf } from './list.ts';
import { type NameMany, namesAmong } from './names.ts';
import { outsideKey } from './outside-key.ts';
import { PORTS_LEGEND } from './ports-text.ts';
import type { Room } from './room.ts';
import type { Sign } from './traffic-rows.ts';
import type { View } from './view.ts';

/** What each cell looks like; the legend says it in words. */
const SIGNS: Readonly<Record<Sign, string>> = {
  yes: 'x',
  no: '.',
  unknown: '?',
  none: ' ',
  notAsked: ' ',
};

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LABEL_WIDTH = 36;
const PORTS_WIDTH = 26;

/**
 * Draws a row for each destination and its ports, a column for each source; both go by the same
 * letters. Columns stand close together where they would not fit otherwise; `undefined` where
 * nothing helps, and for a part of the matrix: most of its cells would be blank.
 */
export function gridText(view: View, room: Room, paint: Paint): readonly string[] | undefined {
  const grid = view.whole ? gridOf(view, LETTERS.length) : undefined;
  if (grid === undefined) return undefined;
  const names = namesAmong(view.all);
  const { heads, ports } = startsOf(grid, names);
  const width = { head: widest(['to', ...heads]), ports: widest(['ports', ...ports]) };
  const start = (head: string, text: string): string =>
    `${head.padEnd(width.head)}  ${text.padEnd(width.ports)}`;
  const before = `${start('to', 'ports')}  from `;
  const letters = grid.groups.map((_, group) => letterOf(group));
  const gap = [' ', ''].find((each) => before.length + letters.join(each).length <= room.columns);
  if (gap === undefined) return undefined;
  const body = grid.rows.map(({ row }, index) => {
    const signs = row.signs.map((sign) => painted(sign, paint)).join(gap);
    return `${start(heads[index] ?? '', ports[index] ?? '')}       ${signs}`.trimEnd();
  });
  const lines = [
    legend(grid),
    paint.strong(`${before}${letters.join(gap)}`),
    ...body,
    ...outsideKey(view.all, room.columns),
    ...footer(grid, [...heads, ...ports]),
  ];
  return lines.length > room.lines ? undefined : lines;
}

/** What stands before the signs: the destination, on the first of its rows, and the ports. */
function startsOf(
  grid: Grid,
  names: NameMany,
): { readonly heads: readonly string[]; readonly ports: readonly string[] } {
  const heads = grid.rows.map(({ group }, index) =>
    grid.rows[index - 1]?.group === group ? '' : headOf(grid, group, names),
  );
  return { heads, ports: grid.rows.map(({ row }) => elide(portsOf(row), PORTS_WIDTH)) };
}

function headOf({ groups }: Grid, group: number, names: NameMany): string {
  return `${letterOf(group)}  ${elide(names(groups[group] ?? []), LABEL_WIDTH)}`;
}

function letterOf(group: number): string {
  return LETTERS[group] ?? '?';
}

function legend({ rows }: Grid): string {
  const unknown = rows.some(({ row }) => row.signs.includes('unknown'));
  const signs = `x allowed  . denied${unknown ? '  ? unknown' : ''}`;
  return `${signs}  (${PORTS_LEGEND})`;
}

/** Says what was folded, and how to see it. */
function footer({ groups }: Grid, texts: readonly string[]): readonly string[] {
  const ends = groups.reduce((sum, group) => sum + group.length, 0);
  if (ends > groups.length) {
    return [
      `folded: ${ends} ends into ${groups.length} that are the same to everybody; every pair: -o wide`,
    ];
  }
  return texts.some((text) => / \+\d+$/.test(text))
    ? ['+N: so many more; every pair: -o wide']
    : [];
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length));
}

function painted(sign: Sign, paint: Paint): string {
  if (sign === 'yes') return paint.good(SIGNS[sign]);
  return sign === 'no' ? paint.faint(SIGNS[sign]) : SIGNS[sign];
}
