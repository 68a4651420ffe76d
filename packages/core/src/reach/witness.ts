import type { Cluster } from '../cluster/cluster.ts';
import type { Connection, Endpoint } from '../evaluate/connection.ts';
import type { Family, IpAddress } from '../sets/address.ts';
import { firstAddress, lastAddress } from '../sets/cidr.ts';
import { firstTraffic, type PortSet } from '../sets/port-set.ts';
import type { ReachEnd } from './reach.ts';

/**
 * A connection that stands for some traffic between two ends: the lowest port, the first pods, the
 * lowest address outside that no pod and no node has. `evaluate` says of it what reach says of the
 * traffic; it can be tried, and shown.
 *
 * @returns `undefined` where there is none: no traffic, no address in the family, no second pod in
 *   an end that is asked about itself.
 */
export function witnessOf(
  cluster: Cluster,
  { from, to, family }: { readonly from: ReachEnd; readonly to: ReachEnd; readonly family: Family },
  ports: PortSet,
): Connection | undefined {
  const traffic = firstTraffic(ports);
  const source = endpointIn(cluster, from, family, 0);
  const destination = endpointIn(cluster, to, family, from === to ? 1 : 0);
  if (traffic === undefined || source === undefined || destination === undefined) return undefined;
  return { from: source, to: destination, ...traffic, family, viaService: false };
}

function endpointIn(
  cluster: Cluster,
  end: ReachEnd,
  family: Family,
  position: number,
): Endpoint | undefined {
  if (end.kind === 'outside') {
    const address = freeAddress(cluster, end.cidrs, family);
    return address && { kind: 'address', address };
  }
  // A stand-in is several pods to come.
  const pod = end.pods[position] ?? end.pods.find(({ standIn }) => standIn);
  if (pod === undefined || !(pod.standIn || pod[family] !== undefined)) return undefined;
  return { kind: 'pod', namespace: end.namespace, name: pod.object.name };
}

function freeAddress(
  cluster: Cluster,
  cidrs: Extract<ReachEnd, { kind: 'outside' }>['cidrs'],
  family: Family,
): IpAddress | undefined {
  for (const cidr of cidrs) {
    if (cidr.family !== family) continue;
    const last = lastAddress(cidr).value;
    for (let address = firstAddress(cidr); address.value <= last; address = after(address)) {
      if (!isTaken(cluster, address)) return address;
    }
  }
  return undefined;
}

function isTaken(cluster: Cluster, address: IpAddress): boolean {
  return cluster.podAt(address) !== undefined || cluster.nodeNamesAt(address).length > 0;
}

function after(address: IpAddress): IpAddress {
  return address.family === 'IPv4'
    ? { family: 'IPv4', value: address.value + 1 }
    : { family: 'IPv6', value: address.value + 1n };
}
