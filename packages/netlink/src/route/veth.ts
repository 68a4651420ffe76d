import type { NetworkNamespace } from '../namespaces/namespace.ts';
import type { NetlinkSocket } from '../socket.ts';
import { addLink, type NewLink, type NewLinkEnd, writeLinkEnd } from './add-link.ts';
import { IFLA_NET_NS_FD, linkHeader } from './link-message.ts';

/** Two links that are one wire. */
export interface NewVeth extends NewLink {
  readonly peer: NewLinkEnd & {
    /** Where the other end comes to be; in the same namespace when absent. */
    readonly namespace?: NetworkNamespace;
  };
}

const VETH_INFO_PEER = 1;

/**
 * Makes both ends of a wire with one request: each is in its namespace from the start, and nobody
 * sees the other end under its name anywhere else. The other end comes to be down: the kernel makes it
 * before it is anybody's peer.
 *
 * @throws {KernelError} `EEXIST` when either name is taken; then neither end is made.
 */
export function addVeth(socket: NetlinkSocket, veth: NewVeth): void {
  const { peer } = veth;
  addLink(socket, { ...veth, kind: 'veth' }, (data) => {
    data.nest(VETH_INFO_PEER, (inside) => {
      writeLinkEnd(linkHeader(inside), peer);
      if (peer.namespace !== undefined) inside.u32Attribute(IFLA_NET_NS_FD, peer.namespace.fd);
    });
  });
}
