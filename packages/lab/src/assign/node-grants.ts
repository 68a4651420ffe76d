import {
  type Cidr,
  cidrHas,
  type Family,
  formatCidr,
  hostCidr,
  type IpAddress,
  type Node,
  type ObjectRef,
} from '@ringfence/core';
import type { AddressBook } from './address-book.ts';
import { createAddressPool } from './address-pool.ts';
import { createBlockPool } from './block-pool.ts';
import type { Problem } from './problem.ts';
import { overlap, type Ranges } from './ranges.ts';

/** What nodes have that no manifest states. */
export interface NodeGrants {
  /** Gives a node what it lacks; what it was given before stays, unless it states its own now. */
  fill(node: Node): Node;
  /** Takes back all that a node was given. */
  forget(name: string): void;
  /** The range of some node's pods that has an address. */
  podRangeAt(address: IpAddress): Cidr | undefined;
  /** Of nodes that could not be given everything. */
  problems(): readonly Problem[];
}

interface Grant {
  readonly addresses: Map<Family, IpAddress>;
  readonly podRanges: Map<Family, Cidr>;
}

/** Makes grants to nobody; `stated` are the nodes as manifests have them. */
export function createNodeGrants(world: {
  readonly stated: ReadonlyMap<string, Node>;
  readonly ranges: Ranges;
  readonly book: AddressBook;
}): NodeGrants {
  const { stated, ranges, book } = world;
  const grants = new Map<string, Grant>();
  const lacking = new Map<string, Problem[]>();

  const podRanges = function* (): Iterable<Cidr> {
    for (const node of stated.values()) yield* node.podRanges;
    for (const grant of grants.values()) yield* grant.podRanges.values();
  };
  const podRangeAt = (address: IpAddress): Cidr | undefined => {
    for (const range of podRanges()) if (cidrHas(range, address)) return range;
    return undefined;
  };
  const addressPools = ranges.nodes.map((range) =>
    createAddressPool(range, (address) => {
      if (!book.isFree(address)) return hostCidr(address);
      return ranges.services.find((other) => cidrHas(other, address)) ?? podRangeAt(address);
    }),
  );
  const blockPools = ranges.pods.map(createBlockPool);
  const isFree = (block: Cidr): boolean => {
    const others = [...ranges.services, ...ranges.nodes, ...podRanges()];
    return book.isBlockFree(block) && !others.some((other) => overlap(other, block));
  };

  const complain = (ref: ObjectRef, message: string): void => {
    lacking.set(ref.name, [...(lacking.get(ref.name) ?? []), { ref, message }]);
  };

  const addressesFor = (ref: ObjectRef, { addresses }: Grant): readonly IpAddress[] => {
    for (const pool of addressPools) {
      const { family } = pool.range;
      if (addresses.has(family)) continue;
      const address = pool.take();
      if (address === undefined) {
        complain(ref, `no ${family} address is left for it in ${formatCidr(pool.range)}`);
      } else {
        addresses.set(family, address);
        book.enter(ref, [address]);
      }
    }
    return addressPools.flatMap(({ range }) => addresses.get(range.family) ?? []);
  };

  /** Pods have no use for a family in which their node cannot be reached. */
  const podRangesFor = (
    ref: ObjectRef,
    grant: Grant,
    families: ReadonlySet<Family>,
  ): readonly Cidr[] => {
    for (const pool of blockPools) {
      const { family } = pool.range;
      if (!families.has(family)) grant.podRanges.delete(family);
      if (!families.has(family) || grant.podRanges.has(family)) continue;
      const block = pool.take(isFree);
      if (block !== undefined) grant.podRanges.set(family, block);
      else complain(ref, `no ${family} range is left for its pods in ${formatCidr(pool.range)}`);
    }
    return blockPools.flatMap(({ range }) => grant.podRanges.get(range.family) ?? []);
  };

  const takeAddresses = (ref: ObjectRef, { addresses }: Grant): void => {
    book.strike(ref, [...addresses.values()]);
    addresses.clear();
  };

  return {
    fill(node) {
      const ref = nodeRef(node.name);
      const grant: Grant = grants.get(node.name) ?? { addresses: new Map(), podRanges: new Map() };
      grants.set(node.name, grant);
      lacking.delete(node.name);
      if (node.addresses.length > 0) takeAddresses(ref, grant);
      if (node.podRanges.length > 0) grant.podRanges.clear();
      const addresses = node.addresses.length > 0 ? node.addresses : addressesFor(ref, grant);
      const families = new Set(addresses.map(({ family }) => family));
      return {
        ...node,
        addresses,
        podRanges: node.podRanges.length > 0 ? node.podRanges : podRangesFor(ref, grant, families),
      };
    },
    forget(name) {
      const grant = grants.get(name);
      if (grant !== undefined) takeAddresses(nodeRef(name), grant);
      grants.delete(name);
      lacking.delete(name);
    },
    podRangeAt,
    problems: () => [...lacking.values()].flat(),
  };
}

/** The reference of a node. */
export function nodeRef(name: string): ObjectRef {
  return { kind: 'Node', namespace: '', name };
}
