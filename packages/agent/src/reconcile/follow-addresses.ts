import type { Change, Cluster, ClusterDelta } from '@ringfence/core';
import type { PodInterfaces } from '../host/pod-interfaces.ts';

/**
 * Tells the node's interfaces what became of addresses: pods lost them, or were told of again.
 *
 * @returns whether the place of any may be another one now.
 */
export function followAddresses(
  world: {
    readonly cluster: Cluster;
    readonly node: string;
    readonly interfaces: Pick<PodInterfaces, 'reconsider' | 'release'>;
  },
  change: Change,
  delta: ClusterDelta,
): boolean {
  const { cluster, node, interfaces } = world;
  for (const { before, after } of delta.pods) {
    const kept = after?.addresses ?? [];
    for (const address of before?.addresses ?? []) {
      if (!kept.includes(address)) interfaces.release(address);
    }
  }
  if (change.kind !== 'upsert' || change.object.kind !== 'Pod') return false;
  const pod = change.object;
  // One that is on its way out does not move any more: who has its address is somebody else.
  if (pod.node !== node || pod.terminating) return false;
  const owned = cluster.pod(pod.namespace, pod.name)?.addresses ?? [];
  return owned.filter(interfaces.reconsider).length > 0;
}
