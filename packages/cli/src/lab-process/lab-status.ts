import { type Cluster, formatAddress, type Policy } from '@ringfence/core';
import type { ManifestRound } from '@ringfence/kube';
import type { Lab } from '@ringfence/lab';
import type { LabStatus, PodStatus, PolicyStatus, ServiceStatus } from '../control/protocol.ts';
import type { LabOptions } from '../up/options.ts';
import { errorTexts, warningTexts } from './round-text.ts';

/** What a lab holds, in the order of names. */
export function labStatus(lab: Lab, options: LabOptions, latest: ManifestRound): LabStatus {
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
      }))
      .sort(byName),
    pods: podsOf(lab),
    services: servicesOf(lab.cluster),
    policies: [...lab.cluster.policies()].map(policyStatus).sort(byName),
  };
}

function podsOf({ cluster, pods }: Lab): readonly PodStatus[] {
  const running = new Map(
    [...pods()].map((each) => [`${each.pod.namespace}/${each.pod.name}`, each]),
  );
  const statuses: PodStatus[] = [];
  for (const { object, standIn } of cluster.pods()) {
    if (standIn) continue;
    const { namespace, name, node, addresses, finished } = object;
    const runs = running.get(`${namespace}/${name}`);
    statuses.push({
      namespace,
      name,
      node,
      addresses: addresses.map(formatAddress),
      phase: finished ? 'Succeeded' : runs === undefined ? 'Pending' : 'Running',
      netns: runs?.netns ?? null,
      enforced: false,
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

function policyStatus(policy: Policy): PolicyStatus {
  const { kind, name } = policy;
  return {
    kind,
    namespace: 'namespace' in policy ? policy.namespace : '',
    name,
    generation: 'generation' in policy ? policy.generation : 0,
    realised: {},
  };
}

interface Named {
  readonly namespace?: string;
  readonly name: string;
}

function byName(left: Named, right: Named): number {
  const [one, other] = [left, right].map(({ namespace = '', name }) => `${namespace}/${name}`);
  return (one ?? '') < (other ?? '') ? -1 : 1;
}
