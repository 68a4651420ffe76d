import { addVeth, deleteLink, setLink } from '@ringfence/netlink';
import { interfaceName } from './interface-name.ts';
import type { LabNode } from './node.ts';
import {
  type HostAddress,
  lookQuickly,
  makeStation,
  noteCarrier,
  type Station,
} from './station.ts';

/** Where a pod lives on the network. */
interface PodPlace {
  readonly station: Station;
  /** The name of its network namespace for `ip netns`; `undefined` where it has none. */
  readonly netns: string | undefined;
}

/** A pod's own network: a namespace behind a veth of its node. */
export interface PodNetwork extends PodPlace {
  /** The node's end of the pod's veth. */
  readonly nodeInterface: string;
  /** Takes the pod off the network. Its namespace goes when nothing runs in it any more. */
  close(): void;
}

/** The network of pods that have none of their own: that of their node. */
export interface HostNetwork extends PodPlace {
  /** Those of the node. */
  readonly addresses: readonly HostAddress[];
  /** Does nothing: the network is the node's. */
  close(): void;
}

/** Shows a node's network to a pod that lives in it; the pod cannot close it. */
export function hostNetwork({ station, netns, addresses }: LabNode): HostNetwork {
  return { station: { ...station, close() {} }, netns, addresses, close() {} };
}

/** A pod's network before it has addresses: both ends of its veth are up. */
export interface BarePod extends Omit<PodNetwork, 'netns'> {
  /** The index of the node's end, in the node. */
  readonly outer: number;
  /** The index of `eth0`, in the pod. */
  readonly inner: number;
}

/** What a pod's veth is told. */
export interface PodVeth {
  /** Names the pod among all that there ever were. */
  readonly key: string;
  /** Of both ends; `undefined`: what the kernel chooses. */
  readonly mtu: number | undefined;
  /** Of the node's end. */
  readonly mac?: string;
}

/** Goes on with a pod's network; takes it away again where that fails. */
export function orClose(pod: BarePod, goOn: (pod: BarePod) => void): BarePod {
  try {
    goOn(pod);
    return pod;
  } catch (error) {
    pod.close();
    throw error;
  }
}

/** Makes a pod's namespace and the veth to its node. */
export function makeBarePod(node: LabNode, { key, mtu, mac }: PodVeth): BarePod {
  const station = makeStation();
  const nodeInterface = interfaceName('rf', key);
  const size = mtu === undefined ? {} : { mtu };
  addVeth(node.station.route, {
    name: nodeInterface,
    ...(mac === undefined ? {} : { mac }),
    ...size,
    peer: { name: 'eth0', namespace: station.namespace, ...size },
  });
  lookQuickly(node.station, nodeInterface);
  lookQuickly(station, 'eth0');
  const outer = node.station.link(nodeInterface);
  const inner = station.link('eth0');
  setLink(node.station.route, outer, { up: true });
  setLink(station.route, inner, { up: true });
  noteCarrier(node.station, nodeInterface);
  noteCarrier(station, 'eth0');
  return {
    station,
    nodeInterface,
    outer,
    inner,
    close() {
      deleteLink(node.station.route, outer);
      station.close();
    },
  };
}
