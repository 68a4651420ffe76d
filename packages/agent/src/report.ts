import type { Cluster, ClusterPod, PolicyRef } from '@ringfence/core';
import { type LocalPod, rowsOf } from '@ringfence/dataplane';
import type { PodInterfaces } from './host/pod-interfaces.ts';
import type { AgentPodStatus, AgentStatus } from './status.ts';

/** What to know of pods beside what was written of them. */
interface PodFacts {
  readonly interfaces: Pick<PodInterfaces, 'portOf' | 'lacksPort'>;
  /** Why the kernel does not take a pod's rows; `undefined` where it takes them. */
  readonly blockedFor: (pod: ClusterPod) => string | undefined;
}

/** Says of each pod whether policy is enforced on it, by namespace and name. */
export function podStatuses(pods: Iterable<LocalPod>, facts: PodFacts): readonly AgentPodStatus[] {
  return [...pods]
    .map((local) => podStatus(local, facts))
    .sort((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1));
}

/** The rows of these pods that are in force. Those about a pod itself are few, and not counted. */
export function rowsInForce(pods: Iterable<LocalPod>): number {
  let rows = 0;
  for (const local of pods) if (!local.closed) rows += rowsOf(local.pod, local.voices);
  return rows;
}

function podStatus(local: LocalPod, facts: PodFacts): AgentPodStatus {
  const { pod, through } = local;
  const { namespace, name } = pod.object;
  const reason = whyClosed(local, facts);
  const [address] = pod.addresses;
  const port = address && facts.interfaces.portOf(address);
  const state = reason === '' ? 'enforced' : 'closed';
  return { namespace, name, state, reason, interface: port ?? through ?? null };
}

/** Empty for one that is not. */
function whyClosed(local: LocalPod, { interfaces, blockedFor }: PodFacts): string {
  const { pod, through, closed } = local;
  if (closed) return blockedFor(pod) ?? tooManyRows(local);
  if (through === undefined) return 'its interface is not known yet';
  const [address] = pod.addresses;
  return address !== undefined && interfaces.lacksPort(address)
    ? `its port on ${through} is not known, what it sends is dropped`
    : '';
}

/** Which policies are to be made smaller. */
function tooManyRows(local: LocalPod): string {
  const refs = local.voices.flatMap(({ policies }) => policies);
  const names = [...new Set(refs.map(policyName))];
  const shown = names.slice(0, MOST_NAMES).join(', ');
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return `its policies need ${rowsOf(local.pod, local.voices)} rows, too many beside those of the node's other pods: ${shown}${more}`;
}

/** A line of status is to be read. */
const MOST_NAMES = 5;

function policyName({ kind, namespace, name }: PolicyRef): string {
  return `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`;
}

function nameOf({ namespace, name }: AgentPodStatus): string {
  return `${namespace}/${name}`;
}

/** Lists the policies that decide about these pods, with the generation of each. */
export function policyStatuses(
  pods: Iterable<LocalPod>,
  cluster: Cluster,
): AgentStatus['policies'] {
  const refs = new Map<string, PolicyRef>();
  for (const { voices } of pods) {
    for (const { policies } of voices) {
      for (const ref of policies) refs.set(`${ref.kind}/${ref.namespace}/${ref.name}`, ref);
    }
  }
  return [...refs]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, ref]) => {
      const policy = cluster.policy(ref);
      const isNumbered = policy !== undefined && 'generation' in policy;
      return { ...ref, generation: isNumbered ? policy.generation : 0 };
    });
}
