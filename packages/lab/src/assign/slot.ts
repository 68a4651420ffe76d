import type { Labels, ObjectRef, Pod, PodTemplate, Workload } from '@ringfence/core';
import { madeUid } from './made-uid.ts';

/** One pod that a workload is to have. */
export interface Slot {
  /** Names the slot among all: its workload and its place in it. */
  readonly id: string;
  /** The workload. */
  readonly owner: ObjectRef;
  /** Of slots that want one name, the one with the lowest rank has it. */
  readonly rank: number;
  readonly namespace: string;
  /** The pod's name; `other` where somebody else has that one. */
  readonly name: string;
  readonly otherName: string;
  /** Differs where the pod must be another one. */
  readonly version: string;
  readonly pod: (name: string) => Pod;
}

/** What the slots of a workload are made for. */
export interface SlotsWanted {
  readonly workload: Workload;
  /** How many pods; of a DaemonSet without meaning. */
  readonly pods: number;
  /** The names of all nodes. */
  readonly nodes: readonly string[];
}

/** The pods that a workload makes. */
export function slotsOf({ workload, pods, nodes }: SlotsWanted): readonly Slot[] {
  const version = versionOf(workload.template);
  if (workload.kind === 'DaemonSet') {
    return nodes.map((node) => slot(workload, { suffix: node, node, version }));
  }
  const first = workload.kind === 'StatefulSet' ? 0 : 1;
  return Array.from({ length: pods }, (_, index) =>
    slot(workload, { suffix: String(first + index), node: '', version }),
  );
}

/** A StatefulSet's pods are known by their names; of the others' nobody depends on them. */
const RANKS: Readonly<Record<Workload['kind'], number>> = {
  StatefulSet: 0,
  Deployment: 1,
  ReplicaSet: 2,
  ReplicationController: 3,
  DaemonSet: 4,
  Job: 5,
  CronJob: 6,
};

interface Place {
  readonly suffix: string;
  readonly node: string;
  readonly version: string;
}

function slot(workload: Workload, { suffix, node, version }: Place): Slot {
  const { kind, namespace, name, template } = workload;
  const podName = `${name}-${suffix}`;
  return {
    id: `${kind}/${namespace}/${podName}`,
    owner: { kind, namespace, name },
    rank: RANKS[kind],
    namespace,
    name: podName,
    otherName: `${podName}-${kind.toLowerCase()}`,
    version,
    pod: (own) => ({
      kind: 'Pod',
      namespace,
      name: own,
      uid: madeUid([kind, namespace, name, own, version]),
      labels: kind === 'StatefulSet' ? statefulLabels(template, own, suffix) : template.labels,
      owner: { kind, name },
      node,
      hostNetwork: template.hostNetwork,
      finished: false,
      terminating: false,
      createdAt: 0,
      addresses: [],
      ports: template.ports,
      hostname: kind === 'StatefulSet' ? own : template.hostname,
      subdomain: template.subdomain,
    }),
  };
}

/** The StatefulSet controller adds these, and Services and policies pick single pods by them. */
function statefulLabels({ labels }: PodTemplate, name: string, ordinal: string): Labels {
  return new Map([
    ...labels,
    ['statefulset.kubernetes.io/pod-name', name],
    ['apps.kubernetes.io/pod-index', ordinal],
  ]);
}

function versionOf({ labels, hostNetwork, ports, hostname, subdomain }: PodTemplate): string {
  return madeUid([
    JSON.stringify([...labels].sort(([left], [right]) => (left < right ? -1 : 1))),
    JSON.stringify(ports.map(({ name, protocol, port }) => [name, protocol, port])),
    String(hostNetwork),
    hostname,
    subdomain,
  ]);
}
