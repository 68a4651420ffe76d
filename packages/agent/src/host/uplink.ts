import type { Link, LinkAddress, Route } from '@ringfence/netlink';

/** Routes that people and their programs make: `boot` (`ip route`), `static`, `dhcp`. */
const MADE_ON_PURPOSE: ReadonlySet<number> = new Set([3, 4, 16]);

/**
 * Tells whether a route makes its link one that leads away from the node: a default route that
 * somebody made. Those that a router advertisement makes do not count: a pod can send one.
 */
export function isWayOut({ kind, destination, protocol, link }: Route): boolean {
  return (
    kind === 'unicast' && destination.prefix === 0 && link !== 0 && MADE_ON_PURPOSE.has(protocol)
  );
}

/**
 * Tells whether an address makes a veth one that leads away from the node: an IPv4 address with a
 * network around it. The node's end of a pod's veth has no address, or one all by itself. Those of
 * IPv6 do not count: they can be made from what a pod sends.
 */
export function standsInNetwork(link: Link, { family, prefix, scope }: LinkAddress): boolean {
  return link.kind === 'veth' && family === 'IPv4' && prefix < 32 && scope === 'universe';
}
