import type { Paint } from '../command-line/paint.ts';
import { elide, wrap } from './elide.ts';
import { type ListEntry, listOf } from './list.ts';
import { mentioned } from './mentioned.ts';
import { type NameMany, namesAmong } from './names.ts';
import { outsideKey } from './outside-key.ts';
import { PORTS_LEGEND } from './ports-text.ts';
import type { Room } from './room.ts';
import type { View } from './view.ts';

const TO_WIDTH = 34;
const PORTS_WIDTH = 20;

/** Sources of one destination and its ports take so many lines; `-o wide` has all of them. */
const SOURCE_LINES = 3;

/** Lists who may reach whom: each destination, its ports, and all who may use them. */
export function listText(view: View, room: Room, paint: Paint): readonly string[] {
  const names = namesAmong(view.all);
  const entries = listOf(view);
  const key = outsideKey(mentioned(view, entries, names), room.columns);
  const { head, drawn } = draw(entries, names, room.columns);
  // Besides: the legend, the head, and the line that says what was folded.
  const shown = fitting(drawn, room.lines - key.length - 3);
  return [
    `what is not listed is denied  (${PORTS_LEGEND})`,
    paint.strong(head),
    ...shown.flatMap(({ lines }) => lines),
    ...key,
    ...footer(view, drawn, shown),
  ];
}

interface DrawnEntry {
  readonly entry: ListEntry;
  readonly lines: readonly string[];
}

function draw(
  entries: readonly ListEntry[],
  names: NameMany,
  columns: number,
): { readonly head: string; readonly drawn: readonly DrawnEntry[] } {
  const labels = entries.map(({ to }) => elide(names(to), TO_WIDTH));
  const ports = entries.flatMap(({ lines }) => lines.map((line) => elide(line.ports, PORTS_WIDTH)));
  const width = { to: widest(['to', ...labels]), ports: widest(['ports', ...ports]) };
  const start = (to: string, text: string): string =>
    `${to.padEnd(width.to)}  ${text.padEnd(width.ports)}  `;
  const room = columns - width.to - width.ports - 4;
  const drawn = entries.map((entry, number) => {
    const lines = entry.lines.flatMap((line, index) => {
      const label = index === 0 ? (labels[number] ?? '') : '';
      const [first = '', ...rest] = wrap(line.from, room, SOURCE_LINES);
      const begin = `${start(label, elide(line.ports, PORTS_WIDTH))}${first}`;
      return [begin, ...rest.map((text) => `${start('', '')}${text}`)];
    });
    return { entry, lines };
  });
  return { head: `${start('to', 'ports')}from`, drawn };
}

/** As many entries as there are lines for; the ones about most destinations where not all fit. */
function fitting(drawn: readonly DrawnEntry[], room: number): readonly DrawnEntry[] {
  const shown = new Set<DrawnEntry>();
  let left = room;
  for (const each of [...drawn].sort((one, two) => two.entry.to.length - one.entry.to.length)) {
    if (each.lines.length > left) continue;
    shown.add(each);
    left -= each.lines.length;
  }
  return drawn.filter((each) => shown.has(each));
}

/** Says what was folded or left out, and how to see it. */
function footer(
  { destinations }: View,
  drawn: readonly DrawnEntry[],
  shown: readonly DrawnEntry[],
): readonly string[] {
  const printed = shown.reduce((sum, { entry }) => sum + entry.to.length, 0);
  const missing = destinations.length - printed;
  const cut = shown.some(({ lines }) => lines.some((line) => / \+\d+(?: |$)/.test(line)));
  const said = [
    ...(drawn.length < destinations.length
      ? [`folded: ${destinations.length} destinations into ${drawn.length}`]
      : []),
    ...(missing > 0 ? [`${missing} left out`] : []),
    ...(cut ? ['+N: so many more'] : []),
  ];
  return said.length === 0 ? [] : [`${said.join('; ')}; all: -o wide`];
}

function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, text.length), 0);
}
