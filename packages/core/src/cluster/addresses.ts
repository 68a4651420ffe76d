import { ascending } from '../ascending.ts';
import { FAMILIES, type IpAddress } from '../sets/address.ts';
import type { Holders } from './holders.ts';
import type { PodEntry } from './model.ts';

/** Who has which address. */
export interface Addresses {
  /**
   * A pod under policy claims other addresses than before, or has another right to them; gives all
   * pods whose own addresses are others now.
   */
  claim(
    pod: PodEntry,
    was: readonly IpAddress[],
    wanted: readonly IpAddress[],
  ): ReadonlySet<PodEntry>;
  /** The pod under policy that an address belongs to. */
  ownerOf(address: IpAddress): PodEntry | undefined;
}

/**
 * Makes an empty collection.
 *
 * Two live pods may claim one address (a node that came back, a pod that is still terminating): the
 * newer one that is not terminating has it, and the other gets it back if that one goes.
 */
export function createAddresses(world: {
  readonly holders: Holders;
  /** A pod's own addresses are about to change. */
  readonly onChange: (pod: PodEntry) => void;
}): Addresses {
  // A bigint and a number are different keys, so the families never meet.
  const claims = new Map<number | bigint, Claimants>();

  const own = (pod: PodEntry, addresses: readonly IpAddress[]): void => {
    world.onChange(pod);
    const before = FAMILIES.map((family) => pod[family]);
    setAddresses(pod, addresses);
    for (const [index, family] of FAMILIES.entries()) {
      const [old, now] = [before[index], pod[family]];
      if (old?.value === now?.value) continue;
      if (old !== undefined) world.holders.remove(old, pod);
      if (now !== undefined) world.holders.add(now, pod);
    }
  };

  return {
    claim(pod, was, wanted) {
      const concerned = new Set([pod]);
      const update = (
        { value }: IpAddress,
        next: (others: readonly PodEntry[]) => readonly PodEntry[],
      ): void => {
        const before = listed(claims.get(value));
        const after = next(before.filter((other) => other !== pod));
        const [only, ...more] = after;
        if (only === undefined) claims.delete(value);
        else claims.set(value, more.length === 0 ? only : after);
        for (const other of [before[0], after[0]]) if (other !== undefined) concerned.add(other);
      };
      // Hardly ever does anybody else claim it.
      for (const address of was) {
        if (claims.get(address.value) === pod) claims.delete(address.value);
        else update(address, (others) => others);
      }
      for (const address of wanted) {
        if (claims.has(address.value)) update(address, (others) => [...others, pod].sort(byRight));
        else claims.set(address.value, pod);
      }
      const changed = new Set<PodEntry>();
      for (const each of concerned) {
        const claimed = each === pod ? wanted : each.object.addresses;
        const owned = claimed.filter(({ value }) => firstOf(claims.get(value)) === each);
        if (sameAddresses(owned, each.addresses)) continue;
        own(each, owned);
        changed.add(each);
      }
      return changed;
    },
    ownerOf(address) {
      return firstOf(claims.get(address.value));
    },
  };
}

/** Who claims one address, the best right first; nearly always it is one pod. */
type Claimants = PodEntry | readonly PodEntry[];

function listed(claimants: Claimants | undefined): readonly PodEntry[] {
  if (claimants === undefined) return [];
  return isList(claimants) ? claimants : [claimants];
}

function firstOf(claimants: Claimants | undefined): PodEntry | undefined {
  return claimants !== undefined && isList(claimants) ? claimants[0] : claimants;
}

function isList(claimants: Claimants): claimants is readonly PodEntry[] {
  return Array.isArray(claimants);
}

/** Gives a pod its addresses. */
export function setAddresses(pod: PodEntry, addresses: readonly IpAddress[]): void {
  pod.addresses = addresses;
  pod.IPv4 = addresses.find(({ family }) => family === 'IPv4');
  pod.IPv6 = addresses.find(({ family }) => family === 'IPv6');
}

/** Whether both lists hold the same addresses, in the same order. */
export function sameAddresses(left: readonly IpAddress[], right: readonly IpAddress[]): boolean {
  return (
    left === right ||
    (left.length === right.length &&
      left.every(({ value }, index) => value === right[index]?.value))
  );
}

/** The first has the better right. The last comparisons only make the order depend on nothing else. */
function byRight({ object: left }: PodEntry, { object: right }: PodEntry): number {
  return (
    Number(left.terminating) - Number(right.terminating) ||
    right.createdAt - left.createdAt ||
    ascending(right.uid, left.uid) ||
    ascending(right.namespace, left.namespace) ||
    ascending(right.name, left.name)
  );
}
