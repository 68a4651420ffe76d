import type { TriedConnection } from '../control/protocol.ts';
import {
  type Asked,
  type AskedPort,
  type Cell,
  truthRows,
  type TruthRow,
} from '../truth/truth-row.ts';

/** What a truth table of connections shows: its parties, in order, and its rows. */
export interface Measured {
  readonly names: readonly string[];
  readonly rows: readonly TruthRow[];
}

/** Makes a truth table out of connections: pods of one owner share a row and a column. */
export function measuredRows(connections: readonly TriedConnection[]): Measured {
  const cells = new Map<string, TriedConnection[]>();
  const ports = new Map<string, Map<string, AskedPort>>();
  for (const connection of connections) {
    const { groups, protocol, port } = connection;
    for (const name of [groups.from, groups.to]) {
      if (!ports.has(name)) ports.set(name, new Map());
    }
    ports.get(groups.to)?.set(`${protocol} ${port}`, { protocol, port });
    const key = keyOf(groups.from, groups.to, { protocol, port });
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, [connection]);
    else cell.push(connection);
  }
  const parties = [...ports]
    .sort(([left], [right]) => byPlace(left, right))
    .map(([name, asked]): Asked => ({ name, ports: [...asked.values()].sort(byNumber) }));
  const rows = truthRows(parties, (from, to, port) =>
    cellOf(cells.get(keyOf(from.name, to.name, port)), from.name === to.name),
  );
  return { names: parties.map(({ name }) => name), rows };
}

function cellOf(connections: readonly TriedConnection[] | undefined, itself: boolean): Cell {
  if (connections === undefined) return itself ? 'itself' : 'notAsked';
  if (connections.some(({ measured }) => measured === 'error')) return 'broken';
  const differing = connections.filter(({ measured, predicted }) => measured !== predicted);
  if (differing.some(({ measured }) => measured === 'allow')) return 'open';
  if (differing.length > 0) return 'lost';
  const allowed = connections.filter(({ measured }) => measured === 'allow').length;
  if (allowed === 0) return 'no';
  return allowed === connections.length ? 'yes' : 'part';
}

function keyOf(from: string, to: string, { protocol, port }: AskedPort): string {
  return `${from} ${to} ${protocol} ${port}`;
}

/** The outside comes first, as in every table. */
function byPlace(left: string, right: string): number {
  if (left === 'outside' || right === 'outside') return left === 'outside' ? -1 : 1;
  return left < right ? -1 : 1;
}

function byNumber(left: AskedPort, right: AskedPort): number {
  return left.port - right.port;
}
