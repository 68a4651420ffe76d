import { type Cluster, formatAddress, type Policy } from '@ringfence/core';
import type { ManifestRound } from '@ringfence/kube';
import type { Lab } from '@ringfence/lab';
import type { LabStatus, PodStatus, PolicyStatus, ServiceStatus } from '../control/protocol.ts';
import type { LabOptions } from '../up/options.ts';
import { errorTexts, warningTexts } from './round-text.ts';
import { type AgentView, podKey, podStates } from './settling.ts';

/** What is looked at. */
export interface Seen {
  readonly lab: Lab;
  readonly agents: readonly AgentView[];
  readonly latest: ManifestRound;
}

/** What a lab holds, in the order of names. */
export function labStatus({ lab, agents, latest }: Seen, options: LabOptions): LabStatus {
  const { topology, encapsulation, manifests } = options;
  return {
    pid: process.pid,
    topology,
    encapsulation,
    manifests,
    errors: errorTexts(latest, options),
    warnings: warningTexts(latest, options).map((text) => text.trimEnd()),
    problems: lab.problems(),
    nodes: [...lab.cluster.nodes()]
      .map(({ name, addresses }) => ({
        name,
        addresses: addresses.map(formatAddress),
        netns: lab.namespaceOfNode(name) ?? null,
        agent: agentStatus(agents.find(({ node }) => node === name)),
      }))
      .sort(byName),
    pods: podsOf(lab, agents),
    services: servicesOf(lab.cluster),
    policies: [...lab.cluster.policies()]
      .map((policy) => policyStatus(policy, agents))
      .sort(byName),
  };
}

function agentStatus(agent: AgentView | undefined): LabStatus['nodes'][number]['agent'] {
  const { pid = null, status, current = false } = agent ?? {};
  return { pid, phase: status?.phase ?? 'silent', current, problems: status?.problems ?? [] };
}

function podsOf({ cluster, pods }: Lab, agents: readonly AgentView[]): readonly PodStatus[] {
  const states = podStates(agents);
  const running = new Map(
    [...pods()].map((each) => [`${each.pod.namespace}/${each.pod.name}`, each]),
  );
  const statuses: PodStatus[] = [];
  for (const { object, standIn } of cluster.pods()) {
    if (standIn) continue;
    const { namespace, name, node, addresses, finished, hostNetwork } = object;
    const runs = running.get(`${namespace}/${name}`);
    const state = states.get(podKey({ namespace, name, node }));
    statuses.push({
      namespace,
      name,
      node,
      addresses: addresses.map(formatAddress),
      phase: finished ? 'Succeeded' : runs === undefined ? 'Pending' : 'Running',
      hostNetwork,
      netns: runs?.netns ?? null,
      enforced: state?.state === 'enforced',
      closed: runs === undefined || state?.state !== 'closed' ? '' : state.reason,
    });
  }
  return statuses.sort(byName);
}

function servicesOf(cluster: Cluster): readonly ServiceStatus[] {
  return [...cluster.services()]
    .map(({ namespace, name, clusterIPs, ports }) => ({
      namespace,
      name,
      clusterIPs: clusterIPs.map(formatAddress),
      ports: ports.map(({ protocol, port, nodePort }) => ({ protocol, port, nodePort })),
    }))
    .sort(byName);
}

function policyStatus(policy: Policy, agents: readonly AgentView[]): PolicyStatus {
  const kind = policy.kind === 'undecodable' ? policy.policyKind : policy.kind;
  const namespace = 'namespace' in policy ? policy.namespace : '';
  const { name } = policy;
  const realised: Record<string, number> = {};
  for (const { node, status } of agents) {
    const found = status?.policies.find(
      (each) => each.kind === kind && each.namespace === namespace && each.name === name,
    );
    if (found !== undefined) realised[node] = found.generation;
  }
  const generation = 'generation' in policy ? policy.generation : 0;
  return { kind, namespace, name, generation, realised };
}

interface Named {
  readonly namespace?: string;
  readonly name: string;
}

function byName(left: Named, right: Named): number {
  const [one, other] = [left, right].map(({ namespace = '', name }) => `${namespace}/${name}`);
  return (one ?? '') < (other ?? '') ? -1 : 1;
}
