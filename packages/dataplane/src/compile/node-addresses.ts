import { type Cluster, FAMILIES, type Family, type IpAddress } from '@ringfence/core';
import { compareParts } from '../ruleset/order.ts';

/** An address of nodes that is no pod's. */
export interface NodeAddress {
  readonly address: IpAddress;
  /** Names of the nodes that have it. */
  readonly nodes: readonly string[];
}

/** The addresses of all nodes, those among them that only their pods tell, ascending. */
export function nodeAddressesOf(
  cluster: Cluster,
): Readonly<Record<Family, readonly NodeAddress[]>> {
  const known = new Map<number | bigint, IpAddress>();
  for (const node of cluster.nodes()) {
    for (const address of node.addresses) known.set(address.value, address);
  }
  for (const { object, underPolicy, addresses } of cluster.pods()) {
    if (underPolicy || !object.hostNetwork) continue;
    for (const address of addresses) known.set(address.value, address);
  }
  const all = [...known.values()]
    .filter((address) => cluster.podAt(address) === undefined)
    .map((address) => ({ address, nodes: cluster.nodeNamesAt(address) }))
    .filter(({ nodes }) => nodes.length > 0)
    .sort((left, right) => compareParts(left.address.value, right.address.value));
  const [IPv4, IPv6] = FAMILIES.map((family) =>
    all.filter(({ address }) => address.family === family),
  );
  return { IPv4: IPv4 ?? [], IPv6: IPv6 ?? [] };
}
