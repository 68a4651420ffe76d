import type { Cluster } from '../cluster/cluster.ts';
import type { ClusterPod } from '../cluster/model.ts';
import { NAME_LABEL } from '../cluster/pod-set.ts';
import { possibleMatches } from '../cluster/rule-index.ts';
import { stagesOf } from '../cluster/subject-class.ts';
import type { Direction, PolicyKind, PolicyRef, Tier } from '../policy/policy.ts';
import type { Family } from '../sets/address.ts';
import { formatCidr, hostCidr } from '../sets/cidr.ts';
import type { Connection } from './connection.ts';
import { commonFamilies, type End, resolveEnds } from './ends.ts';
import { evaluate, evaluateIn, trafficTo } from './evaluate.ts';
import type { Evaluation, Finding } from './finding.ts';
import { fewestLabels, hasLabels } from './pod-selection.ts';

/** A policy that is not there, and that would allow what is denied in one direction. */
export interface Suggestion {
  readonly direction: Direction;
  /** The whole manifest, ready to be written as YAML or JSON. */
  readonly manifest: Manifest;
  /** Other pods that would also be allowed this connection, as subject. */
  readonly alsoSubjects: readonly ClusterPod[];
  /** Those of them that no policy isolates now: adding the policy would deny them what they may today. */
  readonly newlyIsolated: readonly ClusterPod[];
}

/** Plain data in the shape of a Kubernetes manifest. */
export type Manifest = { readonly [field: string]: ManifestValue };
export type ManifestValue = string | number | readonly ManifestValue[] | Manifest;

/**
 * Writes the smallest policies that turn a denial into an allowance: one for each direction that
 * denies. Adding them all makes the verdict `allow`, and takes no decision back that others rely on
 * but those which `newlyIsolated` names.
 *
 * @returns nothing for a connection that is not denied; also nothing where no added policy can help
 *   (a tier's first rule denies, and no policy can come before it).
 */
export function suggestAllowance(cluster: Cluster, connection: Connection): readonly Suggestion[] {
  if (evaluate(cluster, connection).verdict !== 'deny') return [];
  const families =
    connection.family === 'any' ? commonFamilies(cluster, connection) : [connection.family];
  const inFamilies = (families ?? [undefined]).map((each) => suggestIn(cluster, connection, each));
  // What helps in one family only would not make the verdict of all `allow`.
  return inFamilies.some(({ length }) => length === 0) ? [] : merge(inFamilies.flat());
}

function suggestIn(
  cluster: Cluster,
  connection: Connection,
  family: Family | undefined,
): readonly Suggestion[] {
  const evaluation = evaluateIn(cluster, connection, family);
  // What depends on an address that is not there yet cannot be promised either.
  if (evaluation.egress.kind === 'unknown' || evaluation.ingress.kind === 'unknown') return [];
  const { from, to } = resolveEnds(cluster, connection, family);
  const suggestions = (['egress', 'ingress'] as const).flatMap((direction) => {
    const [subject, peer] = direction === 'egress' ? [from, to] : [to, from];
    return suggestFor({ cluster, connection, evaluation, direction, subject, peer });
  });
  const denials = [evaluation.egress, evaluation.ingress].filter(isDenial).length;
  return suggestions.length === denials ? suggestions : [];
}

/** Leaves out what the families say alike, and tells apart what only has the same name. */
function merge(suggestions: readonly Suggestion[]): readonly Suggestion[] {
  const merged: Suggestion[] = [];
  for (const suggestion of suggestions) {
    const text = JSON.stringify(suggestion.manifest);
    if (merged.some(({ manifest }) => JSON.stringify(manifest) === text)) continue;
    const clash = merged.some(({ direction }) => direction === suggestion.direction);
    merged.push(clash ? { ...suggestion, manifest: renamed(suggestion.manifest) } : suggestion);
  }
  return merged;
}

function renamed(manifest: Manifest): Manifest {
  const { metadata } = manifest;
  if (typeof metadata !== 'object' || !('name' in metadata)) return manifest;
  return { ...manifest, metadata: { ...metadata, name: `${String(metadata['name'])}-ipv6` } };
}

interface Denial {
  readonly cluster: Cluster;
  readonly connection: Connection;
  readonly evaluation: Evaluation;
  readonly direction: Direction;
  readonly subject: End;
  readonly peer: End;
}

function isDenial(finding: Finding): boolean {
  return (
    finding.kind === 'denied' || (finding.kind === 'decidedByTier' && finding.action === 'Deny')
  );
}

function suggestFor(denial: Denial): readonly Suggestion[] {
  const finding = denial.evaluation[denial.direction];
  if (denial.subject.kind !== 'pod') return [];
  const { pod } = denial.subject;
  if (mayMeetBlocks(denial, pod)) return [];
  if (finding.kind === 'denied') return suggestNetworkPolicy(denial, pod);
  if (finding.kind === 'decidedByTier' && finding.action === 'Deny') {
    return suggestTierPolicy(denial, pod, finding.tier, finding.by.policy);
  }
  return [];
}

/** A peer without address may get one that a tier's block decides about: nothing can be promised. */
function mayMeetBlocks({ connection, direction, peer }: Denial, pod: ClusterPod): boolean {
  if (peer.kind === 'missing' || peer.facts.address !== undefined) return false;
  const traffic = trafficTo(peer, connection);
  return stagesOf(pod.class.subject, direction).some(
    (stage) => stage.name !== 'NetworkPolicy' && possibleMatches(stage, traffic).length > 0,
  );
}

function suggestNetworkPolicy(denial: Denial, pod: ClusterPod): readonly Suggestion[] {
  const { cluster, direction, connection } = denial;
  const peer = networkPolicyPeer(denial, pod);
  if (peer === undefined) return [];
  const among = subjectsIn(cluster, pod.object.namespace);
  const labels = fewestLabels(pod, among);
  const alsoSubjects = among.filter((other) => other !== pod && hasLabels(other, labels));
  const rule = {
    [direction === 'egress' ? 'to' : 'from']: [peer],
    ...(connection.protocol === 'other'
      ? {}
      : { ports: [{ protocol: connection.protocol, port: connection.port }] }),
  };
  return [
    {
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
      alsoSubjects,
      newlyIsolated: alsoSubjects.filter((other) => !isIsolated(other, direction)),
    },
  ];
}

function networkPolicyPeer({ cluster, peer }: Denial, pod: ClusterPod): Manifest | undefined {
  if (peer.kind === 'missing') return undefined;
  if (peer.kind !== 'pod') {
    const { address } = peer.facts;
    return address === undefined ? undefined : { ipBlock: { cidr: formatCidr(hostCidr(address)) } };
  }
  const { namespace } = peer.pod.object;
  const podSelector = matchLabels(fewestLabels(peer.pod, subjectsIn(cluster, namespace)));
  return namespace === pod.object.namespace
    ? { podSelector }
    : { namespaceSelector: matchLabels([[NAME_LABEL, namespace]]), podSelector };
}

function suggestTierPolicy(
  denial: Denial,
  pod: ClusterPod,
  tier: Tier,
  denier: PolicyRef,
): readonly Suggestion[] {
  const { cluster, direction, connection } = denial;
  const peer = tierPeer(denial);
  const place = placeBefore(cluster, denier, nameFor(denial, 'ClusterNetworkPolicy', ''));
  if (peer === undefined || place === undefined) return [];
  const { namespace } = pod.object;
  const among = subjectsIn(cluster, namespace);
  const labels = fewestLabels(pod, among);
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
  return [
    {
      direction,
      manifest: {
        apiVersion: 'policy.networking.k8s.io/v1alpha2',
        kind: 'ClusterNetworkPolicy',
        metadata: { name: place.name },
        spec: {
          tier,
          priority: place.priority,
          subject: { pods: podsOf(namespace, labels) },
          [direction]: [rule],
        },
      },
      alsoSubjects: among.filter((other) => other !== pod && hasLabels(other, labels)),
      newlyIsolated: [],
    },
  ];
}

function tierPeer({ cluster, direction, peer }: Denial): Manifest | undefined {
  if (peer.kind === 'missing') return undefined;
  if (peer.kind === 'pod') {
    const { namespace } = peer.pod.object;
    return { pods: podsOf(namespace, fewestLabels(peer.pod, subjectsIn(cluster, namespace))) };
  }
  const { address } = peer.facts;
  // The tiers' ingress rules cannot name addresses.
  if (direction === 'ingress' || address === undefined) return undefined;
  return { networks: [formatCidr(hostCidr(address))] };
}

/** A priority and name that come before a policy of the same tier, where there are any. */
function placeBefore(
  cluster: Cluster,
  denier: PolicyRef,
  name: string,
): { readonly priority: number; readonly name: string } | undefined {
  const policy = cluster.policy(denier);
  if (policy === undefined || !('priority' in policy)) return undefined;
  if (policy.priority > 0) return { priority: policy.priority - 1, name };
  // At the highest priority the name decides; `0` is the lowest name that there is.
  const lowest = `0-${name}`;
  return lowest < denier.name ? { priority: 0, name: lowest } : undefined;
}

/** A name that says what the policy allows and that no policy of its kind and namespace has. */
function nameFor(denial: Denial, kind: PolicyKind, namespace: string): string {
  const { cluster, connection, direction, subject, peer } = denial;
  const ends = [subject, peer].map((end) => (end.kind === 'pod' ? plainName(end.pod) : end.kind));
  const way = direction === 'egress' ? 'to' : 'from';
  const port = connection.protocol === 'other' ? '' : `-${connection.port}`;
  const [first = '', second = ''] = ends.map((end) => end.slice(0, MAX_END_LENGTH));
  const name = `allow-${first}-${way}-${second}${port}`.toLowerCase();
  for (let attempt = 1; ; attempt += 1) {
    const candidate = attempt === 1 ? name : `${name}-${attempt}`;
    if (cluster.policy({ kind, namespace, name: candidate }) === undefined) return candidate;
  }
}

/** Two ends, the words around them and a number fit into the 253 characters of a name. */
const MAX_END_LENGTH = 100;

function plainName({ object }: ClusterPod): string {
  return (object.owner?.name ?? object.name).split('/').at(-1) ?? object.name;
}

function podsOf(namespace: string, labels: readonly (readonly [string, string])[]): Manifest {
  return {
    namespaceSelector: matchLabels([[NAME_LABEL, namespace]]),
    podSelector: matchLabels(labels),
  };
}

function matchLabels(labels: readonly (readonly [string, string])[]): Manifest {
  return labels.length === 0 ? {} : { matchLabels: Object.fromEntries(labels) };
}

function subjectsIn(cluster: Cluster, namespace: string): readonly ClusterPod[] {
  return [...cluster.podsIn(namespace)].filter(({ underPolicy }) => underPolicy);
}

function isIsolated(pod: ClusterPod, direction: Direction): boolean {
  return stagesOf(pod.class.subject, direction).some(({ isolatedBy }) => isolatedBy.length > 0);
}
