import { formatAddress, type Pod } from '@ringfence/core';
import {
  addRoute,
  addVeth,
  linkNamed,
  makeNamespace,
  type NetlinkSocket,
  type NetworkNamespace,
  openRouteSocket,
  setLink,
} from '@ringfence/netlink';

/** A node of a bench: a network namespace in which each pod is behind a veth, as CNIs that route do. */
export interface BenchNode {
  readonly namespace: NetworkNamespace;
  /**
   * Gives a pod a veth, and its addresses routes to it; tells the veth's name.
   *
   * @param there where the other end comes to be, as `eth0`; else it is where nobody uses it.
   */
  plug(pod: Pod, there?: NetworkNamespace): string;
  close(): void;
}

/** Makes a node without pods. */
export function makeBenchNode(): BenchNode {
  const [namespace, nowhere] = [makeNamespace(), makeNamespace()];
  const route = openRouteSocket(namespace);
  const nowhereRoute = openRouteSocket(nowhere);
  let count = 0;
  setLink(route, indexOf(route, 'lo'), { up: true });
  return {
    namespace,
    plug({ addresses }, there) {
      const [name, unused] = [`pod${count}`, `eth${count}`];
      count += 1;
      const peer = { name: there === undefined ? unused : 'eth0', namespace: there ?? nowhere };
      addVeth(route, { name, peer });
      const link = indexOf(route, name);
      if (there === undefined) setLink(nowhereRoute, indexOf(nowhereRoute, unused), { up: true });
      setLink(route, link, { up: true });
      for (const address of addresses) {
        const prefix = address.family === 'IPv4' ? 32 : 128;
        addRoute(route, { destination: { address: formatAddress(address), prefix }, link });
      }
      return name;
    },
    close() {
      for (const each of [route, nowhereRoute, namespace, nowhere]) each.close();
    },
  };
}

function indexOf(socket: NetlinkSocket, name: string): number {
  const link = linkNamed(socket, name);
  if (link === undefined) throw new Error(`there is no link ${name}`);
  return link.index;
}
