import { ascending } from '../ascending.ts';
import type { IpAddress } from '../sets/address.ts';
import type { PodEntry } from './model.ts';

/** Who has which address. */
export interface Addresses {
  /** Notes the addresses that a pod claims; gives every pod whose own addresses changed their list. */
  claim(pod: PodEntry, claimed: readonly IpAddress[]): void;
  release(pod: PodEntry, claimed: readonly IpAddress[]): void;
  /** The pod under policy that an address belongs to. */
  ownerOf(address: IpAddress): PodEntry | undefined;
}

/**
 * Makes an empty collection.
 *
 * Two live pods may claim one address (a node that came back, a pod that is still terminating): the
 * newer one that is not terminating has it, and the other gets it back if that one goes.
 */
export function createAddresses(): Addresses {
  // A bigint and a number are different keys, so the families never meet.
  const claims = new Map<number | bigint, readonly PodEntry[]>();

  const refresh = (pods: Iterable<PodEntry>): void => {
    for (const pod of pods) {
      setAddresses(
        pod,
        pod.object.addresses.filter(({ value }) => claims.get(value)?.[0] === pod),
      );
    }
  };

  const update = (
    pod: PodEntry,
    claimed: readonly IpAddress[],
    next: (others: readonly PodEntry[]) => readonly PodEntry[],
  ): void => {
    const touched = new Set([pod]);
    for (const { value } of claimed) {
      const before = claims.get(value) ?? [];
      const after = next(before.filter((other) => other !== pod));
      if (after.length === 0) claims.delete(value);
      else claims.set(value, after);
      for (const other of [before[0], after[0]]) if (other !== undefined) touched.add(other);
    }
    refresh(touched);
  };

  return {
    claim(pod, claimed) {
      update(pod, claimed, (others) => [...others, pod].sort(byRightToAddress));
    },
    release(pod, claimed) {
      update(pod, claimed, (others) => others);
    },
    ownerOf(address) {
      return claims.get(address.value)?.[0];
    },
  };
}

/** Gives a pod its addresses. */
export function setAddresses(pod: PodEntry, addresses: readonly IpAddress[]): void {
  pod.addresses = addresses;
  pod.IPv4 = addresses.find(({ family }) => family === 'IPv4');
  pod.IPv6 = addresses.find(({ family }) => family === 'IPv6');
}

/** The first has the better right. The last comparisons only make the order depend on nothing else. */
function byRightToAddress({ object: left }: PodEntry, { object: right }: PodEntry): number {
  return (
    Number(left.terminating) - Number(right.terminating) ||
    right.createdAt - left.createdAt ||
    ascending(right.uid, left.uid) ||
    ascending(right.namespace, left.namespace) ||
    ascending(right.name, left.name)
  );
}
