import { addVeth, deleteLink, setLink } from '@ringfence/netlink';
import { interfaceName } from './interface-name.ts';
import type { LabNode } from './node.ts';
import { makeStation, type Station } from './station.ts';
import { setSysctls } from './sysctl.ts';

/** A pod's own network: a namespace behind a veth of its node. */
export interface PodNetwork {
  readonly station: Station;
  /** The node's end of the pod's veth. */
  readonly nodeInterface: string;
  /** Takes the pod off the network. Its namespace goes when nothing runs in it any more. */
  close(): void;
}

/** A pod's network before it has addresses: both ends of its veth are up. */
export interface BarePod extends PodNetwork {
  /** The index of the node's end, in the node. */
  readonly outer: number;
  /** The index of `eth0`, in the pod. */
  readonly inner: number;
}

/** Makes a pod's namespace and the veth to its node; `mac` is that of the node's end. */
export function makeBarePod(node: LabNode, key: string, mac?: string): BarePod {
  const station = makeStation();
  setSysctls(station.namespace, {
    'ipv6/conf/default/accept_dad': '0',
    'ipv6/conf/all/accept_dad': '0',
  });
  const nodeInterface = interfaceName('rf', key);
  addVeth(node.station.route, {
    name: nodeInterface,
    ...(mac === undefined ? {} : { mac }),
    peer: { name: 'eth0', namespace: station.namespace },
  });
  const outer = node.station.link(nodeInterface);
  const inner = station.link('eth0');
  setLink(node.station.route, outer, { up: true });
  setLink(station.route, inner, { up: true });
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
