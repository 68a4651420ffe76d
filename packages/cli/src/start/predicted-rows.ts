import {
  type Cluster,
  commonFamilies,
  type Endpoint,
  evaluate,
  type Verdict,
} from '@ringfence/core';
import { type AskedPort, type Cell, truthRows, type TruthRow } from '../truth/truth-row.ts';
import type { Party } from './party.ts';

/** Asks the policies who may reach whom, on every port that anybody declares. */
export function predictedRows(cluster: Cluster, parties: readonly Party[]): readonly TruthRow[] {
  return truthRows(parties, (from, to, port) => cellOf(cluster, { from, to, port }));
}

interface Question {
  readonly from: Party;
  readonly to: Party;
  readonly port: AskedPort;
}

function cellOf(cluster: Cluster, { from, to, port }: Question): Cell {
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
  ends: { readonly client: Endpoint; readonly server: Endpoint; readonly port: AskedPort },
): readonly Verdict[] {
  const { client: from, server: to, port } = ends;
  const families = commonFamilies(cluster, { from, to }) ?? ['any' as const];
  return families.map((family) => {
    const target = { protocol: port.protocol, port: port.port, viaService: false };
    return evaluate(cluster, { from, to, family, ...target }).verdict;
  });
}
