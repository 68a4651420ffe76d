import {
  addForwarding,
  addNeighbour,
  addVxlan,
  type IpFamily,
  links,
  setLink,
} from '@ringfence/netlink';
import type { LabNode } from './node.ts';
import { setSysctls } from './sysctl.ts';

/** How packets between the pods of two nodes travel. */
export interface Tunnels {
  /** How large the packets of pods may be; `undefined`: as large as those of nodes. */
  readonly mtu: number | undefined;
  readonly ends: readonly TunnelEnd[];
}

/** A node's end of the tunnels to all others. */
interface TunnelEnd {
  readonly node: LabNode;
  /** The index of `vxlan0`. */
  readonly link: number;
  /**
   * What other nodes take for the gateway to its pods, of both families. No interface has it: a
   * neighbour entry says for good where it is.
   */
  readonly gateway: string;
  readonly mac: string;
}

const VXLAN = { name: 'vxlan0', vni: 1, port: 4789, learning: false } as const;

/** What a frame costs inside: headers of Ethernet, VXLAN, UDP and IP. */
const OVERHEAD: Readonly<Record<IpFamily, number>> = { IPv4: 50, IPv6: 70 };

/**
 * Gives nodes a VXLAN to each other, as Flannel and Calico do: nothing is learnt, every node is told
 * where all others are. Their packets go over IPv4 where all nodes have it, else over IPv6.
 *
 * @throws {Error} when there is no family that all nodes have an address in.
 */
export function makeTunnels(nodes: readonly LabNode[]): Tunnels {
  const family = underlayOf(nodes);
  const mtu = Math.min(...nodes.map(uplinkMtu)) - OVERHEAD[family];
  const ends = nodes.map((node, index) => makeEnd(node, { number: index + 1, family, mtu }));
  for (const end of ends) {
    for (const other of ends) if (other !== end) introduce(end, other, family);
  }
  return { mtu, ends };
}

function underlayOf(nodes: readonly LabNode[]): IpFamily {
  const has = (family: IpFamily) => (node: LabNode) => node.address(family) !== undefined;
  if (nodes.every(has('IPv4'))) return 'IPv4';
  if (nodes.every(has('IPv6'))) return 'IPv6';
  const list = nodes.map((node) => {
    const own = node.addresses.map(({ family }) => family);
    return `${node.name} (${own.length === 0 ? 'no address' : own.join(', ')})`;
  });
  throw new Error(`vxlan needs a family in which every node has an address: ${list.join(', ')}`);
}

function uplinkMtu({ name, station, uplink }: LabNode): number {
  const link = links(station.route).find(({ index }) => index === uplink);
  if (link === undefined) throw new Error(`node ${name} has no eth0`);
  return link.mtu;
}

function makeEnd(
  node: LabNode,
  {
    number,
    family,
    mtu,
  }: { readonly number: number; readonly family: IpFamily; readonly mtu: number },
): TunnelEnd {
  const { station } = node;
  const hex = number.toString(16).padStart(4, '0');
  const mac = `02:00:00:01:${hex.slice(0, 2)}:${hex.slice(2)}`;
  addVxlan(station.route, {
    ...VXLAN,
    mac,
    mtu,
    link: node.uplink,
    local: addressOf(node, family),
  });
  // What a node itself says to a pod goes through the tunnel, and the answer past it.
  setSysctls(station.namespace, {
    'ipv4/conf/all/rp_filter': '0',
    [`ipv4/conf/${VXLAN.name}/rp_filter`]: '0',
  });
  const link = station.link(VXLAN.name);
  setLink(station.route, link, { up: true });
  return { node, link, mac, gateway: `fe80::${number.toString(16)}` };
}

/** Tells one end where another one is. */
function introduce({ node, link }: TunnelEnd, other: TunnelEnd, family: IpFamily): void {
  const { route } = node.station;
  const { gateway, mac } = other;
  addNeighbour(route, { link, address: gateway, mac });
  addForwarding(route, { link, mac, destination: addressOf(other.node, family) });
}

function addressOf(node: LabNode, family: IpFamily): string {
  const address = node.address(family);
  if (address === undefined) throw new Error(`node ${node.name} has no ${family} address`);
  return address;
}
