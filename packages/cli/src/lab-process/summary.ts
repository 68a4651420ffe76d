import type { Lab } from '@ringfence/lab';
import type { LabOptions } from '../up/options.ts';

/** What is up, and what to do with it. */
export function summaryOf(
  lab: Pick<Lab, 'cluster' | 'pods' | 'problems'>,
  { manifests, topology, encapsulation, naming }: LabOptions,
  seconds: number,
): string {
  const pods = [...lab.pods()];
  const [example] = pods.filter(({ pod }) => pod.namespace !== 'kube-system');
  const name = example === undefined ? 'POD' : `${example.pod.namespace}/${example.pod.name}`;
  const network = encapsulation === 'none' ? topology : `${topology} over ${encapsulation}`;
  const counts = [
    counted([...lab.cluster.nodes()].length, 'node'),
    counted(pods.length, 'pod'),
    counted([...lab.cluster.services()].length, 'Service'),
  ];
  const tries = [
    [`ringfence probe${naming}`, 'who reaches whom, measured'],
    [`ringfence exec${naming} ${name} -- sh`, 'a shell in a pod'],
    [`ringfence status${naming}`, 'nodes, pods, addresses'],
  ] as const;
  const width = Math.max(...tries.map(([command]) => command.length));
  const lines = [
    `up in ${seconds.toFixed(2)} s: ${manifests.join(', ')}: ${counts.join(', ')}, ${network}; nothing is enforced`,
    ...lab.problems().map((problem) => `  ${problem}`),
    ...tries.map(([command, about]) => `  ${command.padEnd(width)}  ${about}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
