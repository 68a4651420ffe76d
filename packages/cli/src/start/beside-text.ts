import type { Paint } from '../command-line/paint.ts';
import type { TriedConnection } from '../control/protocol.ts';
import { measuredRows } from '../probe/measured-rows.ts';
import { letterOf, paintedSign, portText } from '../truth/table-text.ts';
import type { AskedPort, Cell, TruthRow } from '../truth/truth-row.ts';

/** A row of two tables: the same destination and ports in both. */
interface Row {
  readonly to: string;
  readonly ports: readonly AskedPort[];
  readonly measured: readonly Cell[];
  readonly predicted: readonly Cell[];
}

const LEGEND = 'x answered  . no answer  ~ some of them';
/** Where something is not as policy says. */
const LEGEND_OF_FAULTS = 'x yes  . no  ~ some  ! open  # lost  ? broken';
const FAULTS: readonly Cell[] = ['open', 'lost', 'broken'];

/**
 * Draws what was measured beside what policy says: a row for each destination and its ports, a letter
 * for each source. Narrower than 80 columns for a dozen parties.
 */
export function besideText(
  connections: readonly TriedConnection[],
  paint: Paint,
): readonly string[] {
  const { names, rows } = rowsOf(connections);
  const labels = rows.map(({ to }, index) =>
    rows[index - 1]?.to === to ? '' : `${letterOf(names, to)}  ${to}`,
  );
  const ports = rows.map((row) => row.ports.map(portText).join(', '));
  const labelWidth = Math.max(...labels.map((label) => label.length));
  const portWidth = Math.max(...ports.map((port) => port.length));
  const isFaulty = rows.some(({ measured }) => measured.some((cell) => FAULTS.includes(cell)));
  const legend = isFaulty ? LEGEND_OF_FAULTS : LEGEND;
  const leftWidth = Math.max(labelWidth + 2 + portWidth, legend.length);
  const width = Math.max(names.length, 'measured'.length);
  const letters = names.map((name) => letterOf(names, name)).join('');
  const line = (left: string, one: string, other: string): string =>
    `${left.padEnd(leftWidth)}  ${one}  ${other}`.trimEnd();
  const signs = (cells: readonly Cell[]): string =>
    cells.map((cell) => paintedSign(cell, paint)).join('') + ' '.repeat(width - cells.length);
  return [
    paint.strong(line(legend, 'measured'.padEnd(width), 'predicted')),
    paint.strong(line(`${'to'.padEnd(labelWidth)}  port`, letters.padEnd(width), letters)),
    ...rows.map(({ measured, predicted }, index) =>
      line(
        `${(labels[index] ?? '').padEnd(labelWidth)}  ${ports[index] ?? ''}`,
        signs(measured),
        signs(predicted),
      ),
    ),
  ];
}

/** Ports share a row where both tables have the same cells for them. */
function rowsOf(connections: readonly TriedConnection[]): {
  readonly names: readonly string[];
  readonly rows: readonly Row[];
} {
  const { names, rows } = measuredRows(connections);
  const predicted = cellsByPort(
    measuredRows(connections.map((each) => ({ ...each, measured: each.predicted }))).rows,
  );
  return {
    names,
    rows: rows.flatMap(({ to, ports, cells }) => {
      if (ports.length === 0) return [{ to, ports, measured: cells, predicted: cells }];
      const shared = new Map<
        string,
        { readonly ports: AskedPort[]; readonly cells: readonly Cell[] }
      >();
      for (const port of ports) {
        const beside = predicted.get(portKey(to, port)) ?? [];
        const same = shared.get(beside.join());
        if (same === undefined) shared.set(beside.join(), { ports: [port], cells: beside });
        else same.ports.push(port);
      }
      return [...shared.values()].map((row) => ({
        to,
        ports: row.ports,
        measured: cells,
        predicted: row.cells,
      }));
    }),
  };
}

function cellsByPort(rows: readonly TruthRow[]): ReadonlyMap<string, readonly Cell[]> {
  return new Map(
    rows.flatMap(({ to, ports, cells }) => ports.map((port) => [portKey(to, port), cells])),
  );
}

function portKey(to: string, { protocol, port }: AskedPort): string {
  return `${to} ${protocol} ${port}`;
}
