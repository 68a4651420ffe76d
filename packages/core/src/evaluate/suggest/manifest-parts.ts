import type { Cluster } from '../../cluster/cluster.ts';
import type { ClusterPod } from '../../cluster/model.ts';
import { NAME_LABEL } from '../../cluster/pod-set.ts';
import type { PolicyKind } from '../../policy/policy.ts';
import { formatCidr, hostCidr } from '../../sets/cidr.ts';
import type { End } from '../ends.ts';
import { fewestLabels, hasLabels } from './fewest-labels.ts';
import type { Denial, Manifest } from './suggestion.ts';

type LabelPairs = readonly (readonly [key: string, value: string])[];

/** The selector of some labels; without any it selects everything. */
export function matchLabels(labels: LabelPairs): Manifest {
  return labels.length === 0 ? {} : { matchLabels: Object.fromEntries(labels) };
}

/** Selects one namespace by its name. */
export function inNamespace(name: string): Manifest {
  return matchLabels([[NAME_LABEL, name]]);
}

/** The fewest labels that tell a pod from others of its namespace, and who else carries them. */
export function subjectOf(
  cluster: Cluster,
  pod: ClusterPod,
): { readonly labels: LabelPairs; readonly others: readonly ClusterPod[] } {
  const among = podsUnderPolicy(cluster, pod.object.namespace);
  const labels = fewestLabels(pod, among);
  return { labels, others: among.filter((other) => other !== pod && hasLabels(other, labels)) };
}

/** The pods of a namespace that policies can select. */
function podsUnderPolicy(cluster: Cluster, namespace: string): readonly ClusterPod[] {
  return [...cluster.podsIn(namespace)].filter(({ underPolicy }) => underPolicy);
}

/** The block of an end's one address; `undefined` where it has none. */
export function hostBlock(end: End): string | undefined {
  if (end.kind === 'missing' || end.facts.address === undefined) return undefined;
  return formatCidr(hostCidr(end.facts.address));
}

/** A name that says what a policy allows and that no policy of its kind and namespace has. */
export function nameFor(
  denial: Denial,
  kind: PolicyKind,
  namespace: string,
  prefix: string = '',
): string {
  const { cluster, connection, direction, pod, peer } = denial;
  const way = direction === 'egress' ? 'to' : 'from';
  const other = peer.kind === 'pod' ? workloadName(cluster, peer.pod) : peer.kind;
  const port = connection.protocol === 'other' ? '' : `-${connection.port}`;
  const family = peer.kind !== 'missing' && peer.facts.address?.family === 'IPv6' ? '-ipv6' : '';
  // A pod is named alike in both families; an address is not.
  const suffix = peer.kind === 'pod' ? port : `${port}${family}`;
  const name =
    `${prefix}allow-${workloadName(cluster, pod)}-${way}-${other}${suffix}`.toLowerCase();
  for (let attempt = 1; ; attempt += 1) {
    const candidate = attempt === 1 ? name : `${name}-${attempt}`;
    if (cluster.policy({ kind, namespace, name: candidate }) === undefined) return candidate;
  }
}

/** Short enough that two of them, the words around them and a number fit into 253 characters. */
function workloadName(cluster: Cluster, pod: ClusterPod): string {
  return cluster.ownerOf(pod).name.slice(0, 100);
}
