import {
  type Cluster,
  commonFamilies,
  type ContainerPort,
  type Endpoint,
  evaluate,
  type Verdict,
} from '@ringfence/core';
import type { Party } from './party.ts';

/** A party's ports that have the same answers, and the answer for each party as the source. */
export interface TruthRow {
  readonly to: Party;
  /** Empty for a party that declares no ports; it is then asked nothing. */
  readonly ports: readonly ContainerPort[];
  readonly cells: readonly Cell[];
}

/** `part`: some of the pods, or one of the families. `itself`: a lone pod to itself. */
export type Cell = 'yes' | 'no' | 'part' | 'itself' | 'notAsked';

/** Asks who may reach whom, on every port that anybody declares. */
export function truthTable(cluster: Cluster, parties: readonly Party[]): readonly TruthRow[] {
  return parties.flatMap((to) => rowsOf(cluster, parties, to));
}

function rowsOf(cluster: Cluster, parties: readonly Party[], to: Party): readonly TruthRow[] {
  if (to.ports.length === 0) return [{ to, ports: [], cells: parties.map(() => 'notAsked') }];
  const rows: { readonly to: Party; readonly ports: ContainerPort[]; readonly cells: Cell[] }[] =
    [];
  for (const port of to.ports) {
    const cells = parties.map((from) => cellOf(cluster, { from, to, port }));
    const same = rows.find((row) => row.cells.join() === cells.join());
    if (same === undefined) rows.push({ to, ports: [port], cells });
    else same.ports.push(port);
  }
  return rows;
}

interface Asked {
  readonly from: Party;
  readonly to: Party;
  readonly port: ContainerPort;
}

function cellOf(cluster: Cluster, { from, to, port }: Asked): Cell {
  if (from === to && from.name === 'outside') return 'notAsked';
  const verdicts = new Set<Verdict>();
  for (const client of from.endpoints) {
    for (const server of to.endpoints) {
      if (client === server) continue;
      for (const verdict of verdictsOf(cluster, { client, server, port })) verdicts.add(verdict);
    }
  }
  const [only, other] = verdicts;
  if (only === undefined) return 'itself';
  if (other !== undefined || only === 'unknown') return 'part';
  return only === 'allow' ? 'yes' : 'no';
}

function verdictsOf(
  cluster: Cluster,
  ends: { readonly client: Endpoint; readonly server: Endpoint; readonly port: ContainerPort },
): readonly Verdict[] {
  const { client: from, server: to, port } = ends;
  const families = commonFamilies(cluster, { from, to }) ?? ['any' as const];
  return families.map((family) => {
    const target = { protocol: port.protocol, port: port.port, viaService: false };
    return evaluate(cluster, { from, to, family, ...target }).verdict;
  });
}
