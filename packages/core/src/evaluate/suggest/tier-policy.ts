import type { ClusterPod } from '../../cluster/model.ts';
import type { PolicyRef, Tier } from '../../policy/policy.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { hostBlock, inNamespace, matchLabels, nameFor, subjectOf } from './manifest-parts.ts';
import type { Denial, Manifest, Suggestion } from './suggestion.ts';

/** The ClusterNetworkPolicy of the same tier that accepts, before another policy denies. */
export function suggestTierPolicy(
  denial: Denial,
  tier: Tier,
  denier: PolicyRef,
): Suggestion | undefined {
  const { cluster, direction, connection, pod } = denial;
  const peer = peerOf(denial);
  const place = placeBefore(denial, denier);
  if (peer === undefined || place === undefined) return undefined;
  const { others } = subjectOf(cluster, pod);
  const rule = {
    action: 'Accept',
    [direction === 'egress' ? 'to' : 'from']: [peer],
    ...(connection.protocol === 'other'
      ? {}
      : {
          protocols: [
            {
              [connection.protocol.toLowerCase()]: { destinationPort: { number: connection.port } },
            },
          ],
        }),
  };
  return {
    direction,
    manifest: {
      apiVersion: 'policy.networking.k8s.io/v1alpha2',
      kind: 'ClusterNetworkPolicy',
      metadata: { name: place.name },
      spec: {
        tier,
        priority: place.priority,
        subject: { pods: selectorOf(cluster, pod) },
        [direction]: [rule],
      },
    },
    alsoSubjects: others,
    newlyIsolated: [],
  };
}

function peerOf({ cluster, direction, peer }: Denial): Manifest | undefined {
  if (peer.kind === 'pod') return { pods: selectorOf(cluster, peer.pod) };
  const cidr = hostBlock(peer);
  // The tiers' ingress rules cannot name addresses.
  return direction === 'ingress' || cidr === undefined ? undefined : { networks: [cidr] };
}

function selectorOf(cluster: Cluster, pod: ClusterPod): Manifest {
  return {
    namespaceSelector: inNamespace(pod.object.namespace),
    podSelector: matchLabels(subjectOf(cluster, pod).labels),
  };
}

/** A priority and name that come before a policy of the same tier, where there are any. */
function placeBefore(
  denial: Denial,
  denier: PolicyRef,
): { readonly priority: number; readonly name: string } | undefined {
  const policy = denial.cluster.policy(denier);
  if (policy === undefined || !('priority' in policy)) return undefined;
  const nameAfter = (prefix: string): string => nameFor(denial, 'ClusterNetworkPolicy', '', prefix);
  if (policy.priority > 0) return { priority: policy.priority - 1, name: nameAfter('') };
  // At the highest priority the name decides; `0` is the lowest character of a name.
  const name = nameAfter('0-');
  return name < denier.name ? { priority: 0, name } : undefined;
}
