import {
  addAddress,
  addBridge,
  addNeighbour,
  fixBridgeAddress,
  linkNamed,
  setBridgePort,
  setLink,
} from '@ringfence/netlink';
import type { LabNode } from './node.ts';
import { type BarePod, makeBarePod, orClose, type PodVeth } from './pod-network.ts';
import type { PodRange } from './pod-range.ts';
import {
  addDefaultRoute,
  addHostAddress,
  addHostRoute,
  type HostAddress,
  lookQuickly,
  noteCarrier,
} from './station.ts';
import { setSysctls } from './sysctl.ts';

const BRIDGE = 'cni0';
const BRIDGE_MAC = '02:00:00:00:00:01';

/** Gives a node the bridge of its pods; what passes it also passes the filters of IP. */
export function addPodBridge(
  node: LabNode,
  { ranges, mtu }: { readonly ranges: readonly PodRange[]; readonly mtu: number | undefined },
): void {
  const { station } = node;
  // Without one of its own it takes that of a port, and pods would not know it any more.
  const size = mtu === undefined ? {} : { mtu };
  addBridge(station.route, { name: BRIDGE, mac: BRIDGE_MAC, ...size });
  lookQuickly(station, BRIDGE);
  const link = station.link(BRIDGE);
  setLink(station.route, link, { up: true });
  for (const { gateway, prefix } of ranges) {
    addAddress(station.route, { link, address: gateway.address, prefix, noDad: true });
  }
  setSysctls(station.namespace, {
    'bridge/bridge-nf-call-iptables': '1',
    'bridge/bridge-nf-call-ip6tables': '1',
  });
}

/**
 * Connects a pod as CNIs with a bridge do (Flannel): pods of a node are neighbours, and reach each
 * other without the node's routes; all else goes through the bridge's own address.
 */
export function connectBridged(
  node: LabNode,
  {
    addresses,
    ranges,
    ...veth
  }: PodVeth & {
    readonly addresses: readonly HostAddress[];
    readonly ranges: readonly PodRange[];
  },
): BarePod {
  const bridge = node.station.link(BRIDGE);
  return orClose(makeBarePod(node, veth), (pod) => {
    setLink(node.station.route, pod.outer, { master: bridge });
    // A pod's own Service may lead back to it, by the port that it came from.
    setBridgePort(node.station.route, pod.outer, { hairpin: true });
    noteCarrier(node.station, BRIDGE);
    for (const own of addresses) {
      const range = ranges.find((each) => each.has(own));
      if (range === undefined) {
        addHostAddress(pod.station, pod.inner, own);
        addHostRoute(node.station, own, { link: bridge });
      } else {
        const { address } = own;
        const { prefix } = range;
        addAddress(pod.station.route, { link: pod.inner, address, prefix, noDad: true });
      }
    }
    for (const gateway of gatewaysFor(addresses, ranges)) {
      addDefaultRoute(pod.station, pod.inner, gateway);
    }
    fixPlace(node, { bridge, pod, addresses });
    announce(pod);
  });
}

/**
 * Says for good who has the addresses and which port they are behind, so that enforcement need not
 * believe what pods say. Whoever gets an address later says so anew.
 */
function fixPlace(
  { station: { route } }: LabNode,
  of: {
    readonly bridge: number;
    readonly pod: BarePod;
    readonly addresses: readonly HostAddress[];
  },
): void {
  const { bridge: link, pod, addresses } = of;
  const mac = linkNamed(pod.station.route, 'eth0')?.mac;
  if (mac === undefined) throw new Error('a pod has an interface');
  fixBridgeAddress(route, { port: pod.outer, mac });
  for (const { address } of addresses) addNeighbour(route, { link, address, mac, replace: true });
}

/** One in each family: that of the range which has an address of the pod, if there is one. */
function gatewaysFor(
  addresses: readonly HostAddress[],
  ranges: readonly PodRange[],
): readonly HostAddress[] {
  return (['IPv4', 'IPv6'] as const).flatMap((family) => {
    const own = addresses.filter((each) => each.family === family);
    if (own.length === 0) return [];
    const inFamily = ranges.filter(({ gateway }) => gateway.family === family);
    const range = inFamily.find((each) => own.some(each.has)) ?? inFamily[0];
    return range === undefined ? [] : [range.gateway];
  });
}

/**
 * Tells the neighbours who has the addresses now, as CNIs do: somebody else may have had them. The
 * kernel does so when an interface is given a MAC address, also the one that it has.
 */
function announce({ station, inner }: BarePod): void {
  setSysctls(station.namespace, {
    'ipv4/conf/eth0/arp_notify': '1',
    'ipv6/conf/eth0/ndisc_notify': '1',
  });
  const mac = linkNamed(station.route, 'eth0')?.mac;
  if (mac !== undefined) setLink(station.route, inner, { mac });
}
