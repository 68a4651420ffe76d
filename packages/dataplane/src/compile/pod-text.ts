import type { ClusterPod } from '@ringfence/core';

/** Names a pod as people do. */
export function podText({ object: { namespace, name } }: Pick<ClusterPod, 'object'>): string {
  return `${namespace}/${name}`;
}
