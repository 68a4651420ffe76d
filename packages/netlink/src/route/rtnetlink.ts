import type { NetworkNamespace } from '../namespaces/namespace.ts';
import { type NetlinkSocket, openSocket } from '../socket.ts';
import type { IpFamily } from '../ip-text.ts';

/** The subsystem of links, addresses, routes, neighbours and rules. */
const NETLINK_ROUTE = 0;

export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
export const RTM_GETLINK = 18;
export const RTM_SETLINK = 19;
export const RTM_NEWADDR = 20;
export const RTM_DELADDR = 21;
export const RTM_GETADDR = 22;
export const RTM_NEWROUTE = 24;
export const RTM_DELROUTE = 25;
export const RTM_GETROUTE = 26;
export const RTM_NEWNEIGH = 28;
export const RTM_DELNEIGH = 29;
export const RTM_GETNEIGH = 30;
export const RTM_NEWRULE = 32;
export const RTM_DELRULE = 33;
export const RTM_GETRULE = 34;

export const AF_UNSPEC = 0;
const AF_INET = 2;
export const AF_BRIDGE = 7;
const AF_INET6 = 10;

/** Both families, in the order in which lists name them. */
export const IP_FAMILIES: readonly IpFamily[] = ['IPv4', 'IPv6'];

/** Opens a socket for everything in this folder, in this namespace or another one. */
export function openRouteSocket(namespace?: NetworkNamespace): NetlinkSocket {
  return openSocket(NETLINK_ROUTE, namespace);
}

/** The kernel's number of a family. */
export function familyNumber(family: IpFamily): number {
  return family === 'IPv4' ? AF_INET : AF_INET6;
}

/** The family with the kernel's number; `undefined` for those that are not about IP. */
export function familyNumbered(number: number | undefined): IpFamily | undefined {
  if (number === AF_INET) return 'IPv4';
  return number === AF_INET6 ? 'IPv6' : undefined;
}
