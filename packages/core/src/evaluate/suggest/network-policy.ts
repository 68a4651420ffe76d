import type { ClusterPod } from '../../cluster/model.ts';
import { stagesOf } from '../../cluster/subject-class.ts';
import type { Direction } from '../../policy/policy.ts';
import { hostBlock, inNamespace, matchLabels, nameFor, subjectOf } from './manifest-parts.ts';
import type { Denial, Manifest, Suggestion } from './suggestion.ts';

/** The NetworkPolicy that allows what NetworkPolicies deny by isolation. */
export function suggestNetworkPolicy(denial: Denial): Suggestion | undefined {
  const { cluster, direction, connection, pod } = denial;
  const peer = peerOf(denial);
  if (peer === undefined) return undefined;
  const { labels, others } = subjectOf(cluster, pod);
  const rule = {
    [direction === 'egress' ? 'to' : 'from']: [peer],
    ...(connection.protocol === 'other'
      ? {}
      : { ports: [{ protocol: connection.protocol, port: connection.port }] }),
  };
  return {
    direction,
    manifest: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: {
        name: nameFor(denial, 'NetworkPolicy', pod.object.namespace),
        namespace: pod.object.namespace,
      },
      spec: {
        podSelector: matchLabels(labels),
        policyTypes: [direction === 'egress' ? 'Egress' : 'Ingress'],
        [direction]: [rule],
      },
    },
    alsoSubjects: others,
    newlyIsolated: others.filter((other) => !isIsolated(other, direction)),
  };
}

function peerOf({ cluster, pod, peer }: Denial): Manifest | undefined {
  if (peer.kind !== 'pod') {
    const cidr = hostBlock(peer);
    return cidr === undefined ? undefined : { ipBlock: { cidr } };
  }
  const { namespace } = peer.pod.object;
  const podSelector = matchLabels(subjectOf(cluster, peer.pod).labels);
  return namespace === pod.object.namespace
    ? { podSelector }
    : { namespaceSelector: inNamespace(namespace), podSelector };
}

function isIsolated(pod: ClusterPod, direction: Direction): boolean {
  return stagesOf(pod.class.subject, direction).some(({ isolatedBy }) => isolatedBy.length > 0);
}
