import { addNeighbour } from '@ringfence/netlink';
import type { LabNode } from './node.ts';
import { type BarePod, makeBarePod, orClose, type PodVeth } from './pod-network.ts';
import { addDefaultRoute, addHostAddress, addHostRoute, type HostAddress } from './station.ts';

/** What pods take for their gateway. No interface has these addresses: the node's end answers. */
export const POD_GATEWAY: readonly HostAddress[] = [
  { family: 'IPv4', address: '169.254.1.1' },
  { family: 'IPv6', address: 'fe80::ecee:eeff:feee:eeee' },
];
/** Every node's end has it, so that pods know it without asking. */
const GATEWAY_MAC = 'ee:ee:ee:ee:ee:ee';

/**
 * Connects a pod as CNIs that route do (Calico, the VPC CNI): no bridge, no neighbours; an address
 * by itself, all else through the node, and a route on the node to each address.
 */
export function connectRouted(
  node: LabNode,
  { addresses, ...veth }: PodVeth & { readonly addresses: readonly HostAddress[] },
): BarePod {
  return orClose(makeBarePod(node, { ...veth, mac: GATEWAY_MAC }), (pod) => {
    for (const address of addresses) addHostAddress(pod.station, pod.inner, address);
    for (const gateway of POD_GATEWAY) {
      if (!addresses.some(({ family }) => family === gateway.family)) continue;
      const { address } = gateway;
      addNeighbour(pod.station.route, { link: pod.inner, address, mac: GATEWAY_MAC });
      addDefaultRoute(pod.station, pod.inner, gateway);
    }
    for (const address of addresses) addHostRoute(node.station, address, { link: pod.outer });
  });
}
