import type { Cluster, ClusterPod, IpAddress, PodClass } from '@ringfence/core';
import { type Address, type KernelFamily, type Place } from './kernel-family.ts';

/** A pod of the cluster by one of its addresses. */
export interface PodAddress {
  readonly pod: ClusterPod;
  readonly address: IpAddress;
}

/** Pods that are the same to policies, and the same to the kernel. */
export interface PodGroup {
  readonly place: Place;
  readonly class: PodClass;
  readonly addresses: readonly IpAddress[];
}

/** An address that the kernel takes for a pod's, and that is none. */
export interface Stray {
  readonly place: Place;
  readonly address: IpAddress;
}

/** All addresses of pods in one family, as the kernel sees them and as they are. */
export interface PeerGroups {
  readonly all: readonly PodGroup[];
  /** By number: those that the kernel takes for pods, too. */
  readonly byNumber: ReadonlyMap<number, readonly PodGroup[]>;
  readonly byClass: ReadonlyMap<PodClass, readonly PodGroup[]>;
  /** Those that the kernel takes for addresses outside. */
  readonly unknown: readonly PodGroup[];
  readonly strays: readonly Stray[];
  /** How many addresses pods have. */
  readonly count: number;
  /** The number that the kernel gives most pods of a class; `undefined` where it gives none. */
  numberOf(of: PodClass): number | undefined;
  /** The pod that has an address. */
  podAt(address: Address): ClusterPod | undefined;
}

interface OpenGroup extends PodGroup {
  readonly addresses: IpAddress[];
}

/** Whether a pod takes part in policy. */
export function isThere({ underPolicy, standIn, addresses }: ClusterPod): boolean {
  return underPolicy && !standIn && addresses.length > 0;
}

/** Puts all addresses of pods into groups. */
export function peerGroups(cluster: Cluster, kernel: KernelFamily): PeerGroups {
  const byClass = new Map<PodClass, OpenGroup[]>();
  const podAt = (value: Address): ClusterPod | undefined => cluster.podAt(addressOf(value));
  let count = 0;
  for (const pod of cluster.pods()) {
    if (!isThere(pod)) continue;
    for (const address of pod.addresses) {
      if (address.family !== kernel.family) continue;
      count += 1;
      const groups = byClass.get(pod.class);
      if (groups === undefined) byClass.set(pod.class, [groupOf(pod, address, kernel)]);
      else enter(groups, { pod, address }, kernel);
    }
  }
  const all = [...byClass.values()].flat();
  const [asPods, unknown] = [
    all.filter(({ place }) => place.path === 'pod'),
    all.filter(({ place }) => place.path === 'outside'),
  ];
  const known = asPods.reduce((sum, { addresses }) => sum + addresses.length, 0);
  return {
    all,
    byNumber: Map.groupBy(asPods, ({ place }) => place.number),
    byClass,
    unknown,
    strays: known === kernel.identities.size ? [] : straysIn(kernel, podAt),
    count,
    numberOf(of) {
      let most: PodGroup | undefined;
      for (const group of byClass.get(of) ?? []) {
        if (group.place.path === 'outside') continue;
        if (most === undefined || group.addresses.length > most.addresses.length) most = group;
      }
      return most?.place.number;
    },
    podAt,
  };
}

function groupOf(pod: ClusterPod, address: IpAddress, kernel: KernelFamily): OpenGroup {
  return { place: kernel.placeOf(address.value), class: pod.class, addresses: [address] };
}

function enter(groups: OpenGroup[], { pod, address }: PodAddress, kernel: KernelFamily): void {
  const number = kernel.identities.get(address.value)?.identity;
  for (const group of groups) {
    // There are very many: nothing is made anew for those that are as their neighbours.
    if (group.place.path === 'pod' && group.place.number === number) {
      group.addresses.push(address);
      return;
    }
  }
  const place = kernel.placeOf(address.value);
  const known = groups.find((group) => isSame(group.place, place));
  if (known === undefined) groups.push(groupOf(pod, address, kernel));
  else known.addresses.push(address);
}

function straysIn(
  kernel: KernelFamily,
  podAt: (address: Address) => ClusterPod | undefined,
): readonly Stray[] {
  const strays: Stray[] = [];
  for (const value of kernel.identities.keys()) {
    if (podAt(value) !== undefined) continue;
    strays.push({ place: kernel.placeOf(value), address: addressOf(value) });
  }
  return strays;
}

function isSame(left: Place, right: Place): boolean {
  return left.number === right.number && left.path === right.path;
}

/** An address as a value with its family. */
export function addressOf(value: Address): IpAddress {
  return typeof value === 'number' ? { family: 'IPv4', value } : { family: 'IPv6', value };
}
