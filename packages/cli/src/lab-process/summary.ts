import type { Cluster } from '@ringfence/core';
import type { Lab } from '@ringfence/lab';
import type { LabOptions } from '../up/options.ts';
import { notInForce, type Settled } from './settling.ts';

/** What came up. */
export interface CameUp {
  readonly lab: Pick<Lab, 'cluster' | 'pods' | 'problems'>;
  readonly settled: Settled;
  readonly seconds: number;
}

/** What is up, what is enforced, and what to do with it. */
export function summaryOf(
  { lab, settled, seconds }: CameUp,
  { manifests, topology, encapsulation, naming }: LabOptions,
): string {
  const pods = [...lab.pods()];
  const [name = 'POD'] = pods
    .filter(({ pod }) => pod.namespace !== 'kube-system')
    .map(({ pod }) => `${pod.namespace}/${pod.name}`)
    .sort();
  const network = encapsulation === 'none' ? topology : `${topology} over ${encapsulation}`;
  const counts = [
    counted([...lab.cluster.nodes()].length, 'node'),
    counted(pods.length, 'pod'),
    counted([...lab.cluster.services()].length, 'Service'),
  ];
  const tries = [
    [`ringfence probe${naming}`, 'who reaches whom, measured, beside what policy says'],
    [`ringfence exec${naming} ${name} -- sh`, 'a shell in a pod'],
    [`ringfence status${naming}`, 'nodes, pods, policies, and what is in force where'],
  ] as const;
  const width = Math.max(...tries.map(([command]) => command.length));
  const lines = [
    `up in ${seconds.toFixed(2)} s: ${manifests.join(', ')}: ${counts.join(', ')}, ${network}; ${enforcedText(lab.cluster)}`,
    ...[...lab.problems(), ...notInForce(settled)].map((problem) => `  ${problem}`),
    ...tries.map(([command, about]) => `  ${command.padEnd(width)}  ${about}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function enforcedText(cluster: Cluster): string {
  const policies = [...cluster.policies()].length;
  return policies === 0
    ? 'there is no policy to enforce'
    : `${counted(policies, 'policy', 'policies')} enforced`;
}

function counted(count: number, one: string, more = `${one}s`): string {
  return `${count} ${count === 1 ? one : more}`;
}
