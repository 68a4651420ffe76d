import type { Cluster, ClusterPod } from '@ringfence/core';
import type { AskedPort } from '../truth/truth-row.ts';

/**
 * The ports on which pods answer: those that their containers declare, and those that Services send
 * to by number. Looks at every Service once.
 */
export function portsOfPods(cluster: Cluster): (pod: ClusterPod) => readonly AskedPort[] {
  const targets = new Map<ClusterPod, AskedPort[]>();
  for (const service of cluster.services()) {
    const numbered = service.ports.flatMap(({ protocol, targetPort: port }) =>
      typeof port === 'number' ? [{ protocol, port }] : [],
    );
    if (numbered.length === 0) continue;
    for (const pod of cluster.backends(service)) {
      targets.set(pod, [...(targets.get(pod) ?? []), ...numbered]);
    }
  }
  return (pod) => {
    const ports = new Map<string, AskedPort>();
    for (const { protocol, port } of [...pod.object.ports, ...(targets.get(pod) ?? [])]) {
      ports.set(`${protocol} ${port}`, { protocol, port });
    }
    return [...ports.values()];
  };
}
