import type { Pod, Workload } from '../objects/object.ts';
import type { Labels } from '../selectors/label-selector.ts';
import type { AddressSets } from './address-set.ts';
import { type Addresses, sameAddresses, setAddresses } from './addresses.ts';
import type { Hosts } from './hosts.ts';
import type { LabelledPods } from './labelled-pods.ts';
import type { MutablePodSet, NamespaceEntry, PodEntry } from './model.ts';
import type { PodClasses } from './pod-class.ts';
import type { PodSets } from './pod-set.ts';
import { portNamesOf } from './port-names.ts';

/** Keeps the pods of a cluster where they belong: in their classes and addresses. */
export interface Pods {
  upsert(namespace: NamespaceEntry, pod: Pod, standIn: boolean): void;
  remove(namespace: NamespaceEntry, name: string): void;
  /** Puts a pod into the sets that its address, its labels and its namespace's labels call for. */
  place(pod: PodEntry): void;
}

/** Makes the keeper of pods over the indexes of one cluster. */
export function createPods(indexes: {
  readonly podSets: PodSets;
  readonly addressSets: AddressSets;
  readonly classes: PodClasses;
  readonly addresses: Addresses;
  readonly hosts: Hosts;
  readonly labelled: LabelledPods;
}): Pods {
  const { podSets, addressSets, classes, addresses, hosts, labelled } = indexes;

  const setsOf = (pod: PodEntry): readonly MutablePodSet[] => {
    const sets: MutablePodSet[] = [...podSets.setsOf(pod.namespace, pod.object.labels)];
    if (pod.IPv4 !== undefined) sets.push(...addressSets.having(pod.IPv4));
    if (pod.IPv6 !== undefined) sets.push(...addressSets.having(pod.IPv6));
    return sets.sort((left, right) => left.id - right.id);
  };

  const place = (pod: PodEntry): void => {
    if (pod.underPolicy) classes.put(pod, setsOf(pod), portNamesOf(pod.object.ports));
    else classes.take(pod);
  };

  /** Settles who has which address, after a pod became what it is now. */
  const readdress = (pod: PodEntry, before: Pod | undefined, wasUnderPolicy: boolean): void => {
    const claimed = wasUnderPolicy ? (before?.addresses ?? []) : [];
    const wanted = pod.underPolicy ? pod.object.addresses : [];
    classes.readdressed(pod);
    if (before !== undefined && isHostPod(before)) {
      hosts.removeHostPod(before);
      setAddresses(pod, []);
    }
    for (const other of addresses.claim(pod, claimed, wanted)) if (other !== pod) place(other);
    if (!isHostPod(pod.object)) return;
    setAddresses(pod, pod.object.addresses);
    hosts.addHostPod(pod.object);
  };

  const makeEntry = (namespace: NamespaceEntry, object: Pod, standIn: boolean): PodEntry => {
    const pod: PodEntry = {
      // First what every verdict reads, so that it lies together.
      underPolicy: false,
      standIn,
      IPv4: undefined,
      IPv6: undefined,
      class: classes.none,
      object,
      namespace,
      addresses: [],
    };
    namespace.pods.set(object.name, pod);
    return pod;
  };

  return {
    upsert(namespace, object, standIn) {
      const known = namespace.pods.get(object.name);
      const before = known?.object;
      const pod = known ?? makeEntry(namespace, object, standIn);
      const wasUnderPolicy = pod.underPolicy;
      pod.object = object;
      pod.underPolicy = isUnderPolicy(object);
      if (wasUnderPolicy && before !== undefined) labelled.remove(pod, before.labels);
      if (pod.underPolicy) labelled.add(pod, object.labels);
      const moved = before === undefined || hasMoved(before, object);
      if (moved) readdress(pod, before, wasUnderPolicy);
      if (moved || hasOtherTraits(before, object)) place(pod);
    },
    remove(namespace, name) {
      const pod = namespace.pods.get(name);
      if (pod === undefined) return;
      namespace.pods.delete(name);
      const wasUnderPolicy = pod.underPolicy;
      if (wasUnderPolicy) labelled.remove(pod, pod.object.labels);
      pod.underPolicy = false;
      // Before its addresses go, so that nothing is between: it leaves its class just once.
      place(pod);
      const claimed = wasUnderPolicy ? pod.object.addresses : [];
      if (isHostPod(pod.object)) hosts.removeHostPod(pod.object);
      for (const other of addresses.claim(pod, claimed, [])) place(other);
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
    owner: { kind: workload.kind, name: workload.name },
    node: '',
    finished: false,
    terminating: false,
    createdAt: 0,
    addresses: [],
    ...workload.template,
  };
}

function isUnderPolicy(pod: Pod): boolean {
  return !pod.hostNetwork && !pod.finished;
}

/** Whether it speaks with its node's address. */
function isHostPod(pod: Pod): boolean {
  return pod.hostNetwork && !pod.finished;
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

/** Whether anything else changed by which policies tell pods apart. */
function hasOtherTraits(before: Pod, after: Pod): boolean {
  return (
    !sameLabels(before.labels, after.labels) ||
    portNamesOf(before.ports).key !== portNamesOf(after.ports).key
  );
}

function sameLabels(left: Labels, right: Labels): boolean {
  if (left.size !== right.size) return false;
  for (const [key, value] of left) if (right.get(key) !== value) return false;
  return true;
}
