import type { Cluster, Endpoint } from '@ringfence/core';

/** The ends that are there: one that stands for pods to come is those pods, once they were made. */
export function madeOf(cluster: Cluster, end: Endpoint): readonly Endpoint[] {
  if (end.kind !== 'pod' || cluster.pod(end.namespace, end.name) !== undefined) return [end];
  const { namespace } = end;
  const [kind = '', name = ''] = end.name.split('/');
  return cluster
    .podsOf(kind, namespace, name)
    .map(({ object }) => ({ kind: 'pod', namespace, name: object.name }));
}
