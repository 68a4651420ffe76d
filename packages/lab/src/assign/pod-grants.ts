import {
  addTo,
  removeFrom,
  cidrHas,
  type Family,
  type IpAddress,
  type ObjectRef,
  type Pod,
} from '@ringfence/core';
import type { AddressBook } from './address-book.ts';
import { nameKey } from '../object-key.ts';
import type { PlacedNode } from './nodes.ts';

/** The addresses that pods have because they were given them. */
export interface PodGrants {
  /** Takes back what a pod may not keep: it is another one now, elsewhere, or needs none. */
  review(pod: Pod, node: PlacedNode | undefined): void;
  /** Takes back all that a pod has. */
  forget(pod: Pod): void;
  /** Gives a pod one address in each family of its node's ranges; what it has, it keeps. */
  give(pod: Pod, node: PlacedNode): readonly IpAddress[];
  /** The families in which nothing is left for a pod. */
  missing(pod: Pod): readonly Family[];
  /** Keys of the pods that want an address which is not left, by node and family; the first is first. */
  waiting(): Iterable<ReadonlySet<string>>;
}

interface Grant {
  readonly uid: string;
  readonly node: string;
  readonly addresses: Map<Family, IpAddress>;
  missing: readonly Family[];
}

/** Makes grants to nobody. */
export function createPodGrants(book: AddressBook): PodGrants {
  const grants = new Map<string, Grant>();
  const waiting = new Map<string, Set<string>>();

  const take = (pod: Pod, { addresses }: Grant, families: Iterable<Family>): void => {
    for (const family of families) {
      const address = addresses.get(family);
      if (address !== undefined) book.strike(podRef(pod), [address]);
      addresses.delete(family);
    }
  };

  const waitNoLonger = (key: string, grant: Grant, but: readonly Family[] = []): void => {
    for (const family of grant.missing) {
      if (!but.includes(family)) removeFrom(waiting, `${grant.node} ${family}`, key);
    }
  };

  const forget = (pod: Pod): void => {
    const key = nameKey(pod);
    const grant = grants.get(key);
    if (grant === undefined) return;
    take(pod, grant, [...grant.addresses.keys()]);
    waitNoLonger(key, grant);
    grants.delete(key);
  };

  return {
    review(pod, node) {
      const grant = grants.get(nameKey(pod));
      if (grant === undefined) return;
      const isSame = grant.uid === pod.uid && grant.node === node?.node.name;
      if (!isSame || !needsAddresses(pod)) {
        forget(pod);
        return;
      }
      const outside = [...grant.addresses.values()].filter(
        (address) => !node.pools.some(({ range }) => cidrHas(range, address)),
      );
      take(
        pod,
        grant,
        outside.map(({ family }) => family),
      );
    },
    forget,
    give(pod, { node, pools }) {
      const key = nameKey(pod);
      const grant = grants.get(key) ?? newGrant(pod, node.name);
      grants.set(key, grant);
      const families = [...new Set(pools.map(({ range }) => range.family))];
      for (const family of families) {
        if (grant.addresses.has(family)) continue;
        const address = firstOf(pools, (pool) =>
          pool.range.family === family ? pool.take() : undefined,
        );
        if (address === undefined) continue;
        grant.addresses.set(family, address);
        book.enter(podRef(pod), [address]);
      }
      const missing = families.filter((family) => !grant.addresses.has(family));
      // Who waits already keeps its place.
      waitNoLonger(key, grant, missing);
      for (const family of missing) addTo(waiting, `${node.name} ${family}`, key);
      grant.missing = missing;
      return families.flatMap((family) => grant.addresses.get(family) ?? []);
    },
    missing: (pod) => grants.get(nameKey(pod))?.missing ?? [],
    waiting: () => waiting.values(),
  };
}

function newGrant({ uid }: Pod, node: string): Grant {
  return { uid, node, addresses: new Map(), missing: [] };
}

/** Whether a pod is to have addresses of its own that nobody states. */
export function needsAddresses(pod: Pod): boolean {
  return !pod.finished && !pod.hostNetwork && pod.addresses.length === 0;
}

/** The reference of a pod. */
export function podRef({ namespace, name }: Pick<Pod, 'namespace' | 'name'>): ObjectRef {
  return { kind: 'Pod', namespace, name };
}

function firstOf<T, U>(items: readonly T[], find: (item: T) => U | undefined): U | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
