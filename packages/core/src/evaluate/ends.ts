import type { Cluster } from '../cluster/cluster.ts';
import type { PeerFacts } from '../cluster/compiled.ts';
import type { ClusterPod } from '../cluster/model.ts';
import type { Node } from '../objects/object.ts';
import { FAMILIES, type Family, type IpAddress } from '../sets/address.ts';
import { unreachable } from '../unreachable.ts';
import type { Connection, Endpoint } from './connection.ts';
import type { UnknownReason } from './finding.ts';

/**
 * What one end of a connection turns out to be.
 *
 * A pod on its node's network is `host`, like the node itself: policies have neither as subject, and
 * no selector picks them.
 */
export type End =
  | { readonly kind: 'pod'; readonly pod: ClusterPod; readonly facts: PeerFacts }
  | {
      readonly kind: 'host';
      /** Names of the nodes that it is (or may be: two nodes can claim an address). */
      readonly nodes: readonly string[];
      readonly hostNetworkPod: boolean;
      readonly facts: PeerFacts;
    }
  | { readonly kind: 'external'; readonly facts: PeerFacts }
  | { readonly kind: 'missing'; readonly reason: UnknownReason };

const NO_SETS: readonly number[] = [];
const NO_NODES: readonly Node[] = [];

/**
 * Finds out what both ends are, in one family; `undefined` where they have no address in any. Where
 * the asker left the family open, a pod without address may still get one.
 */
export function resolveEnds(
  cluster: Cluster,
  connection: Pick<Connection, 'from' | 'to' | 'family'>,
  family: Family | undefined,
): { readonly from: End; readonly to: End } {
  const resolve = (endpoint: Endpoint): End => {
    const open = connection.family === 'any' && familiesOf(cluster, endpoint).length === 0;
    return resolveEndpoint(cluster, endpoint, open ? undefined : family);
  };
  return { from: resolve(connection.from), to: resolve(connection.to) };
}

/** The families in which the ends can meet; `undefined` where neither has any address yet. */
export function commonFamilies(
  cluster: Cluster,
  ends: Pick<Connection, 'from' | 'to'>,
): readonly Family[] | undefined {
  const from = familiesOf(cluster, ends.from);
  const to = familiesOf(cluster, ends.to);
  if (from.length === 0 && to.length === 0) return undefined;
  if (from.length === 0) return to;
  if (to.length === 0) return from;
  return FAMILIES.filter((family) => from.includes(family) && to.includes(family));
}

/** Finds out what an end is, and its address in a family (`undefined`: the family is open). */
function resolveEndpoint(cluster: Cluster, endpoint: Endpoint, family: Family | undefined): End {
  switch (endpoint.kind) {
    case 'pod': {
      const pod = cluster.pod(endpoint.namespace, endpoint.name);
      return pod === undefined
        ? { kind: 'missing', reason: 'noSuchPod' }
        : podEnd(cluster, pod, family);
    }
    case 'node': {
      const node = cluster.node(endpoint.name);
      if (node === undefined) return { kind: 'missing', reason: 'noSuchNode' };
      return hostEnd(cluster, [node.name], pick(node.addresses, family), false);
    }
    case 'address':
      return addressEnd(cluster, endpoint.address, family);
    default:
      return unreachable(endpoint);
  }
}

/** The families in which an end has an address; empty for one that has none yet. */
function familiesOf(cluster: Cluster, endpoint: Endpoint): readonly Family[] {
  const addresses = addressesOf(cluster, endpoint);
  return FAMILIES.filter((family) => addresses.some((address) => address.family === family));
}

function addressesOf(cluster: Cluster, endpoint: Endpoint): readonly IpAddress[] {
  switch (endpoint.kind) {
    case 'pod': {
      const pod = cluster.pod(endpoint.namespace, endpoint.name);
      return pod === undefined ? [] : addressesOfPod(cluster, pod);
    }
    case 'node':
      return cluster.node(endpoint.name)?.addresses ?? [];
    case 'address':
      return [endpoint.address];
    default:
      return unreachable(endpoint);
  }
}

/** A pod on its node's network that does not say its address has its node's. */
function addressesOfPod(cluster: Cluster, pod: ClusterPod): readonly IpAddress[] {
  if (!pod.object.hostNetwork || pod.addresses.length > 0) return pod.addresses;
  return cluster.node(pod.object.node)?.addresses ?? [];
}

function podEnd(cluster: Cluster, pod: ClusterPod, family: Family | undefined): End {
  if (!pod.underPolicy) {
    if (pod.object.finished) return { kind: 'missing', reason: 'noAddress' };
    const address = pick(addressesOfPod(cluster, pod), family);
    return hostEnd(cluster, [pod.object.node], address, true);
  }
  const address = family === undefined ? pod.addresses[0] : pod[family];
  // A pod of the input that has no address cannot take part in a connection of a given family; a
  // workload's stand-in speaks for pods that will have one.
  if (address === undefined && family !== undefined && !pod.standIn) {
    return { kind: 'missing', reason: 'noAddress' };
  }
  return { kind: 'pod', pod, facts: { sets: pod.class.setIds, address, nodes: NO_NODES } };
}

function hostEnd(
  cluster: Cluster,
  names: readonly string[],
  address: IpAddress | undefined,
  hostNetworkPod: boolean,
): End {
  const nodes = names.flatMap((name) => cluster.node(name) ?? []);
  return { kind: 'host', nodes: names, hostNetworkPod, facts: { sets: NO_SETS, address, nodes } };
}

function addressEnd(cluster: Cluster, address: IpAddress, family: Family | undefined): End {
  if (family !== undefined && address.family !== family) {
    return { kind: 'missing', reason: 'noAddress' };
  }
  const pod = cluster.podAt(address);
  if (pod !== undefined) return podEnd(cluster, pod, address.family);
  const names = cluster.nodeNamesAt(address);
  if (names.length > 0) return hostEnd(cluster, names, address, false);
  return { kind: 'external', facts: { sets: NO_SETS, address, nodes: NO_NODES } };
}

function pick(addresses: readonly IpAddress[], family: Family | undefined): IpAddress | undefined {
  return addresses.find((address) => family === undefined || address.family === family);
}
