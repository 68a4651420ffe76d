import type { Cluster } from '@ringfence/core';
import { type DomainName, nameOf } from './name.ts';
import type { ServiceIndex } from './service-index.ts';

/** What cluster DNS asks of a cluster: nothing that looks through all pods or Services. */
export interface ClusterView
  extends Pick<
      Cluster,
      | 'backends'
      | 'namespace'
      | 'nodeNamesAt'
      | 'podAt'
      | 'podsIn'
      | 'service'
      | 'serviceAt'
      | 'workload'
    >,
    Pick<ServiceIndex, 'hasServices' | 'headlessOf'> {}

/** The domain of the cluster. */
export const CLUSTER_DOMAIN: DomainName = nameOf('cluster.local');

/** Whether a namespace is there: it has an object, or something that needs one. */
export function hasNamespace(cluster: ClusterView, namespace: string): boolean {
  if (cluster.namespace(namespace) !== undefined || cluster.hasServices(namespace)) return true;
  const [pod] = cluster.podsIn(namespace);
  return pod !== undefined;
}
