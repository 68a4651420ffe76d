import { type IpAddress, parseAddress, sameAddress } from '@ringfence/core';
import { CLUSTER_DOMAIN, type ClusterView, hasNamespace } from './cluster-view.ts';
import type { DomainName } from './name.ts';
import { addressEntry, type NameEntry, NOTHING } from './name-entry.ts';

/**
 * What is known about a name below `pod.cluster.local`, given by its labels before that: the address
 * that it spells, where a pod of that namespace has it.
 *
 * @see https://github.com/kubernetes/dns/blob/master/docs/specification.md section 2.6
 */
export function podEntry(cluster: ClusterView, labels: DomainName): NameEntry | undefined {
  const [namespace, spelled, ...more] = [...labels].reverse();
  if (namespace === undefined) return NOTHING;
  if (spelled === undefined) return hasNamespace(cluster, namespace) ? NOTHING : undefined;
  const address = undashed(spelled);
  if (address === undefined || more.length > 0) return undefined;
  if (!hasAddress(cluster, namespace, address)) return undefined;
  return addressEntry([spelled, namespace, 'pod', ...CLUSTER_DOMAIN], [address]);
}

/** IPv4 where that can be meant: `1-2-3-4` is no IPv6 address. */
function undashed(label: string): IpAddress | undefined {
  for (const separator of ['.', ':']) {
    const parsed = parseAddress(label.replaceAll('-', separator));
    if (parsed.kind === 'failed' || parsed.value.leadingZeros || parsed.value.mapped) continue;
    return parsed.value.address;
  }
  return undefined;
}

/** A pod on its node's network is found among the pods of its namespace: nobody owns its address. */
function hasAddress(cluster: ClusterView, namespace: string, address: IpAddress): boolean {
  if (cluster.podAt(address)?.object.namespace === namespace) return true;
  if (cluster.nodeNamesAt(address).length === 0) return false;
  for (const { object, addresses } of cluster.podsIn(namespace)) {
    if (!object.hostNetwork || object.finished) continue;
    if (addresses.some((each) => sameAddress(each, address))) return true;
  }
  return false;
}
