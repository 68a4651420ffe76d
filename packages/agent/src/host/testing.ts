import { Buffer } from 'node:buffer';
import { type IpAddress, parseAddress } from '@ringfence/core';
import {
  addAddress,
  addBridge,
  addNeighbour,
  addRoute,
  addVeth,
  linkNamed,
  makeNamespace,
  type NetlinkSocket,
  type NetworkNamespace,
  openRouteSocket,
  setLink,
} from '@ringfence/netlink';
import { AF_BRIDGE, attribute } from './ask.ts';
import type { PodInterfaces } from './pod-interfaces.ts';
import { watchInterfaces, type WatchOptions } from './watch-interfaces.ts';

/** A network namespace of a test. */
export interface Place {
  readonly namespace: NetworkNamespace;
  readonly route: NetlinkSocket;
  /** The index of a link that must be there. */
  index(name: string): number;
}

/** A node, with pods behind veths of any name. */
export interface TestNode extends Place {
  /** Makes a veth to a new namespace, where it is `eth0`; both ends are up. */
  plug(name: string): Place;
  /** Starts to watch; a test's end closes it. */
  watch(options?: Partial<WatchOptions>): PodInterfaces;
  close(): Promise<void>;
}

/** Makes a node without links. */
export function makeTestNode(): TestNode {
  const places: Place[] = [];
  const watches: PodInterfaces[] = [];
  const node = makePlace();
  places.push(node);
  // Without it there is no table of local addresses, and no gateway is taken for one.
  setLink(node.route, node.index('lo'), { up: true });
  return {
    ...node,
    plug(name) {
      const pod = makePlace();
      places.push(pod);
      addVeth(node.route, { name, peer: { name: 'eth0', namespace: pod.namespace } });
      setLink(pod.route, pod.index('eth0'), { up: true });
      setLink(node.route, node.index(name), { up: true });
      return pod;
    },
    watch(options = {}) {
      const { namespace } = node;
      const found = { podInterfaces: [], exclude: [], believe: 'node' } as const;
      const watch = watchInterfaces({ ...found, namespace, ...options });
      watches.push(watch);
      return watch;
    },
    async close() {
      for (const watch of watches) watch.close();
      await Promise.all(watches.map(({ ended }) => ended));
      for (const { route, namespace } of places) {
        route.close();
        namespace.close();
      }
    },
  };
}

function makePlace(): Place {
  const namespace = makeNamespace();
  const route = openRouteSocket(namespace);
  return {
    namespace,
    route,
    index(name) {
      const link = linkNamed(route, name);
      if (link === undefined) throw new Error(`there is no link ${name}`);
      return link.index;
    },
  };
}

/** Gives a node a bridge with the address of two ranges. */
export function addTestBridge(node: Place, name: string): number {
  addBridge(node.route, { name, mac: '02:00:00:00:00:01' });
  const link = node.index(name);
  setLink(node.route, link, { up: true });
  addAddress(node.route, { link, address: '10.1.1.1', prefix: 24 });
  addAddress(node.route, { link, address: '2001:db8:1::1', prefix: 120, noDad: true });
  return link;
}

/** Leads to one address over a link, as CNIs that route do. */
export function addHostRoute(node: Place, address: string, link: string): void {
  const prefix = address.includes(':') ? 128 : 32;
  addRoute(node.route, { destination: { address, prefix }, link: node.index(link), replace: true });
}

/** Gives a pod an address. */
export function configure(pod: Place, address: string): void {
  const prefix = address.includes(':') ? 120 : 24;
  addAddress(pod.route, { link: pod.index('eth0'), address, prefix, noDad: true });
}

/** Tells a bridge where a MAC address is: for good, or until somebody else sends with it. */
export function addBridgeEntry(
  node: Place,
  { port, mac, sticky }: { readonly port: string; readonly mac: string; readonly sticky: boolean },
): void {
  const [RTM_NEWNEIGH, CREATE_OR_REPLACE, NUD_NOARP] = [28, 0x500, 0x40];
  const [NTF_MASTER, NTF_STICKY, NDA_LLADDR] = [0x04, 0x40, 2];
  const header = Buffer.alloc(12);
  header.writeUInt8(AF_BRIDGE, 0);
  header.writeInt32LE(node.index(port), 4);
  header.writeUInt16LE(NUD_NOARP, 8);
  header.writeUInt8(NTF_MASTER | (sticky ? NTF_STICKY : 0), 10);
  const body = Buffer.concat([header, attribute(NDA_LLADDR, macBytes(mac))]);
  node.route.request(
    { type: RTM_NEWNEIGH, flags: CREATE_OR_REPLACE, body },
    { operation: 'tell the bridge of', object: mac },
  );
}

/** Tells a node for good which port a pod with an address is behind, as only the node can. */
export function fix(
  node: Place,
  { address, port, pod }: { readonly address: string; readonly port: string; readonly pod: Place },
): void {
  const mac = linkNamed(pod.route, 'eth0')?.mac ?? '';
  addNeighbour(node.route, { link: node.index('cni0'), address, mac, replace: true });
  addBridgeEntry(node, { port, mac, sticky: true });
}

/** An address that a test writes down. */
export function ip(text: string): IpAddress {
  const parsed = parseAddress(text);
  if (parsed.kind === 'failed') throw new Error(`${text} ${parsed.error}`);
  return parsed.value.address;
}

/** Waits until something holds, looking again at every change. */
export async function until(watch: PodInterfaces, holds: () => boolean): Promise<void> {
  if (holds()) return;
  await new Promise<void>((resolve) => {
    watch.changes(() => {
      if (holds()) resolve();
    });
  });
}

function macBytes(mac: string): Buffer {
  return Buffer.from(mac.replaceAll(':', ''), 'hex');
}
