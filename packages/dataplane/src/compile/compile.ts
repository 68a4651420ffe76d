import { atomsOf, type Cluster, type ClusterPod, FAMILIES } from '@ringfence/core';
import { chainsOf } from '../layout/layout.ts';
import { setsOf } from '../layout/sets.ts';
import { inOrder } from '../ruleset/order.ts';
import type { Element, Ruleset } from '../ruleset/ruleset.ts';
import { hostElements } from './host-elements.ts';
import { identitiesOf } from './identities.ts';
import { nodeAddressesOf } from './node-addresses.ts';
import type { CompileOptions } from './options.ts';
import { identityElements, peersOf } from './peers.ts';
import { segmentsOf } from './segments.ts';
import { subjectElements } from './subjects.ts';
import { voicesOf } from './voices.ts';

/**
 * Compiles what one node's kernel must enforce: exactly what `evaluate` says of every connection
 * that this node's pods make or get.
 *
 * Total and deterministic: what comes out depends on the cluster's objects and on nothing else, not
 * on the order in which they came. The work grows with the classes of peers that the node's rules
 * tell apart, not with pods times pods.
 */
export function compile(cluster: Cluster, node: string, options: CompileOptions): Ruleset {
  const pods = localPods(cluster, node);
  const all = atomsOf(cluster.addressSets());
  const atoms = {
    IPv4: all.filter(({ address }) => address.family === 'IPv4'),
    IPv6: all.filter(({ address }) => address.family === 'IPv6'),
  };
  const nodes = nodeAddressesOf(cluster);
  const voices = voicesOf(cluster, pods, atoms);
  const peers = peersOf(cluster, voices, atoms, nodes);
  const identities = identitiesOf(peers);
  const subjects = subjectElements({ pods, voices, identities, options });
  const elements = new Map<string, readonly Element[]>(setsOf().map(({ name }) => [name, []]));
  const fill = (name: string, of: readonly Element[]): void => {
    if (!elements.has(name)) throw new Error(`no set ${name}`);
    elements.set(name, inOrder(of));
  };
  for (const [name, of] of hostElements({ cluster, node, pods, nodes, options })) fill(name, of);
  for (const [name, of] of subjects.elements) fill(name, of);
  for (const family of FAMILIES) {
    const last = family === 'IPv4' ? '4' : '6';
    fill(`identities${last}`, identityElements(family, peers, identities, options));
    fill(`segments${last}`, segmentsOf(family, peers, identities));
  }
  return {
    family: 'inet',
    table: options.table,
    sets: setsOf(),
    chains: chainsOf(options),
    elements,
    closed: subjects.closed,
  };
}

/** The pods of a node that policy applies to and that have an address, by namespace and name. */
export function localPods(cluster: Cluster, node: string): readonly ClusterPod[] {
  const key = ({ object: { namespace, name } }: ClusterPod): string => `${namespace}/${name}`;
  return [...cluster.pods()]
    .filter(
      ({ object, underPolicy, addresses, standIn }) =>
        underPolicy && !standIn && addresses.length > 0 && object.node === node,
    )
    .sort((left, right) => (key(left) < key(right) ? -1 : 1));
}
