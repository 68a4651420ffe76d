import type { Pod, Workload } from '../objects/object.ts';
import type { Labels } from '../selectors/label-selector.ts';
import type { IpAddress } from '../sets/address.ts';
import { type Addresses, setAddresses } from './addresses.ts';
import type { Hosts } from './hosts.ts';
import { setMembership } from './membership.ts';
import type { NamespaceEntry, PodEntry } from './model.ts';
import type { PodClasses } from './pod-class.ts';
import type { PodSets } from './pod-set.ts';
import { portNamesOf } from './port-names.ts';

/** Keeps the pods of a cluster where they belong: in their sets, classes and addresses. */
export interface Pods {
  upsert(namespace: NamespaceEntry, pod: Pod, standIn: boolean): void;
  remove(namespace: NamespaceEntry, name: string): void;
  /** Puts a pod into the sets that its labels and its namespace's labels call for. */
  place(pod: PodEntry): void;
}

/** Makes the keeper of pods over the indexes of one cluster. */
export function createPods(indexes: {
  readonly podSets: PodSets;
  readonly classes: PodClasses;
  readonly addresses: Addresses;
  readonly hosts: Hosts;
}): Pods {
  const { podSets, classes, addresses, hosts } = indexes;

  const enterAddresses = (pod: PodEntry): void => {
    if (pod.underPolicy) addresses.claim(pod, pod.object.addresses);
    else if (!pod.object.finished) {
      setAddresses(pod, pod.object.addresses);
      hosts.addHostPod(pod.object);
    }
  };
  const leaveAddresses = (pod: PodEntry): void => {
    if (pod.underPolicy) addresses.release(pod, pod.object.addresses);
    else if (!pod.object.finished) hosts.removeHostPod(pod.object);
    setAddresses(pod, []);
  };

  const place = (pod: PodEntry): void => {
    const sets = pod.underPolicy ? podSets.setsOf(pod.namespace, pod.object.labels) : [];
    setMembership(pod, sets, portNamesOf(pod.object.ports), classes);
  };

  const add = (namespace: NamespaceEntry, object: Pod, standIn: boolean): void => {
    const pod: PodEntry = {
      // First what every verdict reads, so that it lies together.
      underPolicy: isUnderPolicy(object),
      standIn,
      IPv4: undefined,
      IPv6: undefined,
      class: classes.join([], portNamesOf(object.ports)),
      object,
      namespace,
      addresses: [],
    };
    namespace.pods.set(object.name, pod);
    enterAddresses(pod);
    place(pod);
  };

  return {
    upsert(namespace, object, standIn) {
      const pod = namespace.pods.get(object.name);
      if (pod === undefined) {
        add(namespace, object, standIn);
        return;
      }
      const before = pod.object;
      const underPolicy = isUnderPolicy(object);
      const moved = hasMoved(before, object);
      if (moved) leaveAddresses(pod);
      const replace =
        pod.underPolicy !== underPolicy ||
        !sameLabels(before.labels, object.labels) ||
        pod.class.portNames.key !== portNamesOf(object.ports).key;
      pod.object = object;
      pod.underPolicy = underPolicy;
      if (moved) enterAddresses(pod);
      if (replace) place(pod);
    },
    remove(namespace, name) {
      const pod = namespace.pods.get(name);
      if (pod === undefined) return;
      leaveAddresses(pod);
      setMembership(pod, [], pod.class.portNames, classes);
      classes.leave(pod.class);
      namespace.pods.delete(name);
    },
    place,
  };
}

/** The pod that stands for those which a workload has not made yet. */
export function standInOf(workload: Workload): Pod {
  return {
    kind: 'Pod',
    namespace: workload.namespace,
    name: `${workload.kind}/${workload.name}`,
    uid: '',
    labels: workload.template.labels,
    owner: { kind: workload.kind, name: workload.name },
    node: '',
    hostNetwork: workload.template.hostNetwork,
    finished: false,
    terminating: false,
    createdAt: 0,
    addresses: [],
    ports: workload.template.ports,
  };
}

function isUnderPolicy(pod: Pod): boolean {
  return !pod.hostNetwork && !pod.finished;
}

/** Whether anything changed that says which addresses the pod has, or with what right. */
function hasMoved(before: Pod, after: Pod): boolean {
  return (
    before.hostNetwork !== after.hostNetwork ||
    before.finished !== after.finished ||
    before.terminating !== after.terminating ||
    before.createdAt !== after.createdAt ||
    before.uid !== after.uid ||
    before.node !== after.node ||
    !sameAddresses(before.addresses, after.addresses)
  );
}

function sameAddresses(left: readonly IpAddress[], right: readonly IpAddress[]): boolean {
  return (
    left.length === right.length && left.every(({ value }, index) => value === right[index]?.value)
  );
}

function sameLabels(left: Labels, right: Labels): boolean {
  if (left.size !== right.size) return false;
  for (const [key, value] of left) if (right.get(key) !== value) return false;
  return true;
}
