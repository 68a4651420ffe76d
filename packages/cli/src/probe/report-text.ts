import type { Paint } from '../command-line/paint.ts';
import type { TriedConnection } from '../control/protocol.ts';
import { MOST_PARTIES, SIGNS, tableText } from '../truth/table-text.ts';
import type { Cell } from '../truth/truth-row.ts';
import { measuredRows } from './measured-rows.ts';

/** Connections that were tried, and where. */
export interface ProbeReport {
  readonly connections: readonly TriedConnection[];
  /** What of the policies is not in force there, in words. */
  readonly notInForce: readonly string[];
  readonly seconds: number;
}

const LEGEND: readonly (readonly [cell: Cell, words: string])[] = [
  ['yes', 'answered'],
  ['no', 'no answer'],
  ['part', 'some'],
  ['open', 'answered, though policy denies it'],
  ['lost', 'no answer, though policy allows it'],
  ['broken', 'could not be tried'],
];

/** The truth table of what was measured; more parties than letters are told in words only. */
export function reportTable(report: ProbeReport, paint: Paint): readonly string[] {
  const { names, rows } = measuredRows(report.connections);
  const cells = new Set(rows.flatMap((row) => row.cells));
  const legend = LEGEND.flatMap(([cell, words]) =>
    cells.has(cell) ? [`${SIGNS[cell]} ${words}`] : [],
  );
  const table =
    names.length > MOST_PARTIES
      ? [`${names.length} parties are too many for a table: -o wide lists every connection`]
      : [legend.join('   '), ...tableText(names, rows, paint)];
  return [headline(report, paint), ...table, ...summary(report, paint)];
}

/** A line for each connection, in the order of the plan. */
export function* reportWide({ connections }: ProbeReport, paint: Paint): Iterable<string> {
  const from = widest(connections, 'from');
  const to = widest(connections, 'to');
  const head = [
    'FROM'.padEnd(from),
    'TO'.padEnd(to),
    'PORT'.padEnd(10),
    'FAMILY',
    'MEASURED',
    'POLICY',
  ];
  yield paint.strong(`${head.join('  ')}  ANSWER`);
  for (const each of connections) {
    const columns = [
      each.from.padEnd(from),
      each.to.padEnd(to),
      `${each.port}/${each.protocol}`.padEnd(10),
      each.family.padEnd(6),
      each.measured.padEnd(8),
      each.predicted.padEnd(6),
      answerText(each),
    ];
    const line = columns.join('  ').trimEnd();
    yield each.measured === each.predicted ? line : paint.bad(line);
  }
}

function widest(connections: readonly TriedConnection[], end: 'from' | 'to'): number {
  return connections.reduce((width, each) => Math.max(width, each[end].length), end.length);
}

/** What it all comes to, in sentences. */
export function summary(report: ProbeReport, paint: Paint): readonly string[] {
  const { connections, notInForce } = report;
  const open = count(connections, 'allow', 'deny');
  const lost = count(connections, 'deny', 'allow');
  const denied = connections.filter(({ predicted }) => predicted === 'deny').length;
  const broken = connections.filter(({ measured }) => measured === 'error');
  const lines = notInForce.map((each) => paint.bad(each));
  if (open > 0)
    lines.push(paint.bad(`${open} of ${denied} connections that policy denies were let through`));
  if (lost > 0) lines.push(paint.bad(`${lost} connections that policy allows got no answer`));
  const [first] = broken;
  if (first !== undefined) {
    const example = `${first.from} -> ${first.to} ${first.port}/${first.protocol}: ${first.message}`;
    lines.push(paint.bad(`${broken.length} connections could not be tried, such as ${example}`));
  }
  if (denied === 0)
    lines.push('policy denies none of these connections: they show nothing of enforcement');
  else if (open + lost + broken.length === 0) {
    lines.push(paint.good(`all are as the policies say, ${denied} of them denied`));
  }
  return lines;
}

function headline({ connections, seconds }: ProbeReport, paint: Paint): string {
  return `${paint.strong('measured')}: ${connections.length} connections in ${seconds.toFixed(1)} s`;
}

function count(
  connections: readonly TriedConnection[],
  measured: 'allow' | 'deny',
  predicted: 'allow' | 'deny',
): number {
  return connections.filter((each) => each.measured === measured && each.predicted === predicted)
    .length;
}

function answerText({ outcome, message, micros }: TriedConnection): string {
  if (outcome === 'answered') return `${(micros / 1000).toFixed(1)} ms`;
  return message === '' ? outcome : message;
}
