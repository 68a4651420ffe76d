import {
  formatAddress,
  formatCidr,
  isNoTraffic,
  type PortSet,
  PROTOCOLS,
  rangesOf,
} from '@ringfence/core';
import { listedIn, type MatrixConnection } from './connections.ts';
import type { MatrixEnd } from './matrix-end.ts';
import type { View } from './view.ts';

/** Plain data, ready to be printed. */
type JsonFields = Readonly<Record<string, unknown>>;

/** The lists that `matrix -o json` and `-o yaml` print, item by item: they may be very long. */
export interface MatrixLists {
  readonly endpoints: Iterable<JsonFields>;
  readonly connections: Iterable<JsonFields>;
}

/** The shape that `docs/cli.md` documents. */
export function matrixLists(view: View): MatrixLists {
  return { endpoints: endpoints(view), connections: connections(view) };
}

function* endpoints({ all, sources, destinations }: View): Iterable<JsonFields> {
  const printed = new Set([...sources, ...destinations]);
  for (const end of all) if (printed.has(end)) yield endpoint(end);
}

function endpoint({ id, end }: MatrixEnd): JsonFields {
  if (end.kind === 'outside') return { id, cidrs: end.cidrs.map(formatCidr) };
  const { namespace, owner } = end;
  const pods = end.pods.filter(({ standIn }) => !standIn);
  return {
    id,
    namespace,
    kind: owner.kind,
    name: owner.name,
    pods: pods.map(({ object }) => object.name),
    addresses: pods.flatMap(({ addresses }) => addresses.map(formatAddress)),
  };
}

function* connections(view: View): Iterable<JsonFields> {
  const known = new Map<PortSet, JsonFields>();
  // Very many connections, and few sets of ports.
  const ports = (set: PortSet): JsonFields => {
    const made = known.get(set) ?? portsJson(set);
    known.set(set, made);
    return made;
  };
  for (const each of listedIn(view)) yield connection(each, ports);
}

function connection(
  { from, to, family, allow }: MatrixConnection,
  ports: (set: PortSet) => JsonFields,
): JsonFields {
  const ends = { from: from.id, to: to.id, ...(family === undefined ? {} : { family }) };
  const { allowed, unknown } = allow;
  const open = isNoTraffic(unknown) ? {} : { unknown: ports(unknown) };
  return { ...ends, allow: ports(allowed), ...open };
}

function portsJson(ports: PortSet): JsonFields {
  const ranges = PROTOCOLS.map((protocol) => [protocol, rangesOf(ports, protocol)]);
  return { ...Object.fromEntries(ranges), other: ports.other };
}

/** One item on each line: as good to read as to compare. */
export function* jsonText(lists: MatrixLists, warnings: readonly JsonFields[]): Iterable<string> {
  yield '{\n  "endpoints": [';
  yield* jsonItems(lists.endpoints);
  yield '],\n  "connections": [';
  yield* jsonItems(lists.connections);
  yield ']';
  if (warnings.length > 0) {
    yield ',\n  "warnings": [';
    yield* jsonItems(warnings);
    yield ']';
  }
  yield '\n}\n';
}

function* jsonItems(items: Iterable<JsonFields>): Iterable<string> {
  let before = '';
  for (const item of items) {
    yield `${before}\n    ${JSON.stringify(item)}`;
    before = ',';
  }
  if (before !== '') yield '\n  ';
}
