import { ascending } from '../ascending.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { ClusterPod } from '../cluster/model.ts';
import { FAMILIES } from '../sets/address.ts';
import type { PodsEnd } from './reach.ts';

/** An end that has no place among the others yet. */
type LooseEnd = Omit<PodsEnd, 'index'>;

/**
 * Groups the pods that policies can select by their owners. An owner whose pods policy tells apart
 * is one end for each of its pods.
 */
export function podsEndsOf(cluster: Cluster, perPod: boolean): readonly PodsEnd[] {
  const groups = new Map<string, ClusterPod[]>();
  for (const pod of cluster.pods()) {
    if (!pod.underPolicy) continue;
    const { kind, name } = cluster.ownerOf(pod);
    const key = `${pod.object.namespace}/${kind}/${name}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [pod]);
    else group.push(pod);
  }
  return [...groups.values()]
    .flatMap((pods) => endsOf(cluster, pods, perPod))
    .sort(byName)
    .map((end, index) => ({ ...end, index }));
}

function endsOf(
  cluster: Cluster,
  pods: readonly ClusterPod[],
  perPod: boolean,
): readonly LooseEnd[] {
  const [first] = pods;
  if (first === undefined) return [];
  const alike = pods.every((pod) => areAlike(pod, first));
  if (first.standIn || (alike && !perPod)) {
    const sorted = [...pods].sort((left, right) => ascending(left.object.name, right.object.name));
    return [endOf(sorted, cluster.ownerOf(first))];
  }
  return pods.map((pod) => endOf([pod], { kind: 'Pod', name: pod.object.name }));
}

function endOf(pods: readonly ClusterPod[], owner: PodsEnd['owner']): LooseEnd {
  const standIn = pods.some((pod) => pod.standIn);
  return {
    kind: 'pods',
    namespace: pods[0]?.object.namespace ?? '',
    owner,
    pods,
    families: FAMILIES.filter((family) => standIn || pods.some((pod) => pod[family] !== undefined)),
  };
}

/** Whether no policy can tell two pods apart, and both have addresses in the same families. */
function areAlike(left: ClusterPod, right: ClusterPod): boolean {
  return (
    left.class === right.class &&
    FAMILIES.every((family) => (left[family] === undefined) === (right[family] === undefined))
  );
}

function byName(left: LooseEnd, right: LooseEnd): number {
  return (
    ascending(left.namespace, right.namespace) ||
    ascending(left.owner.kind, right.owner.kind) ||
    ascending(left.owner.name, right.owner.name)
  );
}
