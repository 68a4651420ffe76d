import type { NetworkNamespace } from '../namespaces/namespace.ts';
import { type NetlinkSocket, openSocket } from '../socket.ts';

const NETLINK_NETFILTER = 12;

/** Opens a socket to netfilter: nftables, connection tracking, logs. */
export function openNetfilterSocket(namespace?: NetworkNamespace): NetlinkSocket {
  return openSocket(NETLINK_NETFILTER, namespace);
}
