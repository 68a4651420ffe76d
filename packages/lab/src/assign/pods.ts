import type { IpAddress, Pod } from '@ringfence/core';
import { firstOfFamilies } from '../first-of-families.ts';
import type { AddressBook } from './address-book.ts';
import { byName } from './by-name.ts';
import type { Nodes } from './nodes.ts';
import { nameKey } from '../object-key.ts';
import type { Output } from './output.ts';
import { createPodGrants, needsAddresses, podRef } from './pod-grants.ts';
import { createPodPlaces } from './pod-places.ts';
import type { Problem } from './problem.ts';

/** The pods with a node and addresses, whoever brings them. */
export interface Pods {
  /** What is said of a pod, by a manifest or by what makes it. */
  state(pod: Pod): void;
  /** Nobody says anything of a pod any more. */
  remove(key: string): void;
  /** Gives pods what they lack, after some nodes came, went or changed. */
  settle(changedNodes: ReadonlySet<string>): void;
  problems(): readonly Problem[];
}

/** Makes the pods of a cluster without any. */
export function createPods(world: {
  readonly nodes: Nodes;
  readonly book: AddressBook;
  readonly output: Output;
}): Pods {
  const { nodes, book, output } = world;
  const pods = new Map<string, Pod>();
  const places = createPodPlaces(nodes);
  const grants = createPodGrants(book);
  /** Keys of pods for which there is no node at all. */
  const homeless = new Set<string>();
  const unsettled = new Set<string>();
  const problems = new Map<string, readonly Problem[]>();

  /** First everybody stays who can, so that the others find the emptiest node. */
  const findPlaces = (touched: readonly Pod[]): void => {
    for (const pod of touched) homeless.delete(nameKey(pod));
    const moving = touched.filter((pod) => !places.stay(pod) && !pod.finished);
    for (const pod of moving) if (!places.bind(pod)) homeless.add(nameKey(pod));
  };

  const addressesOf = (pod: Pod): readonly IpAddress[] => {
    const host = nodes.find(places.of(pod));
    if (host === undefined) return pod.addresses;
    if (needsAddresses(pod)) return grants.give(pod, host);
    const isGuest = pod.hostNetwork && !pod.finished && pod.addresses.length === 0;
    return isGuest ? firstOfFamilies(host.node.addresses) : pod.addresses;
  };

  const lackOf = (pod: Pod): readonly string[] => {
    if (pod.finished) return [];
    const node = places.of(pod);
    if (node === '') return ['there is no node that it could run on'];
    const host = nodes.find(node);
    if (host === undefined) return [`is to run on node \`${node}\`, which does not exist`];
    if (!needsAddresses(pod)) return [];
    if (host.pools.length === 0) return [`node \`${node}\` has no range of addresses for pods`];
    return grants
      .missing(pod)
      .map((family) => `no ${family} address is left for it on node \`${node}\``);
  };

  const finish = (pod: Pod): void => {
    output.show({ ...pod, node: places.of(pod), addresses: addressesOf(pod) });
    const lack = lackOf(pod).map((message) => ({ ref: podRef(pod), message }));
    if (lack.length === 0) problems.delete(nameKey(pod));
    else problems.set(nameKey(pod), lack);
  };

  /** What others gave back goes to those who wait: each range until it is empty. */
  const serveWaiting = (): void => {
    for (const keys of grants.waiting()) {
      for (let [key] = keys; key !== undefined; ) {
        const pod = pods.get(key);
        if (pod !== undefined) finish(pod);
        const [next] = keys;
        key = next === key ? undefined : next;
      }
    }
  };

  return {
    state(pod) {
      const key = nameKey(pod);
      const before = pods.get(key);
      if (before !== undefined) book.strike(podRef(before), claimsOf(before));
      book.enter(podRef(pod), claimsOf(pod));
      pods.set(key, pod);
      unsettled.add(key);
    },
    remove(key) {
      const pod = pods.get(key);
      if (pod === undefined) return;
      book.strike(podRef(pod), claimsOf(pod));
      grants.forget(pod);
      places.leave(pod);
      pods.delete(key);
      for (const keys of [homeless, unsettled, problems]) keys.delete(key);
      output.hide(podRef(pod));
    },
    settle(changedNodes) {
      for (const name of changedNodes) for (const key of places.on(name)) unsettled.add(key);
      if (changedNodes.size > 0) for (const key of homeless) unsettled.add(key);
      const touched = [...unsettled].sort(byName).flatMap((key) => pods.get(key) ?? []);
      unsettled.clear();
      findPlaces(touched);
      for (const pod of touched) grants.review(pod, nodes.find(places.of(pod)));
      for (const pod of touched) finish(pod);
      serveWaiting();
    },
    problems: () => [...problems.values()].flat(),
  };
}

/** What nobody else may have because a manifest says that it is this pod's. */
function claimsOf(pod: Pod): readonly IpAddress[] {
  return pod.finished || pod.hostNetwork ? [] : pod.addresses;
}
