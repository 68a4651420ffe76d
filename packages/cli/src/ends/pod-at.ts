import type { Cluster, ClusterPod, Endpoint } from '@ringfence/core';

/** The pod that an endpoint is, by name or by address. */
export function podAt(cluster: Cluster, endpoint: Endpoint): ClusterPod | undefined {
  if (endpoint.kind === 'pod') return cluster.pod(endpoint.namespace, endpoint.name);
  return endpoint.kind === 'address' ? cluster.podAt(endpoint.address) : undefined;
}
