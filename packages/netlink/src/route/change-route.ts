import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../codec/message.ts';
import { Writer } from '../codec/writer.ts';
import type { Errand, NetlinkSocket } from '../socket.ts';
import { type IpPrefix, ipBytes, ipFamily } from '../ip-text.ts';
import { type RouteKind, routeKindNumber } from './route-kind.ts';
import {
  RTA_DST,
  RTA_GATEWAY,
  RTA_OIF,
  RTA_PREFSRC,
  RTA_PRIORITY,
  RTA_TABLE,
  RTA_VIA,
  RTNH_F_ONLINK,
  routeHeader,
} from './route-message.ts';
import { familyNumber, RTM_DELROUTE, RTM_NEWROUTE } from './rtnetlink.ts';
import { type RouteScope, scopeNumber } from './scope.ts';

/** What tells a route from others; to delete, the first one that agrees with all that is given. */
export interface RouteKey {
  /** `0.0.0.0` or `::` with a prefix of 0 bits for the default route. */
  readonly destination: IpPrefix;
  readonly link?: number;
  /** For an IPv4 destination an IPv6 address will do. */
  readonly gateway?: string;
  /** `RT_TABLE_MAIN` when absent, or for `local` routes `RT_TABLE_LOCAL`. */
  readonly table?: number;
  /** To add, `unicast` when absent. */
  readonly kind?: RouteKind;
  /** For IPv6 the kernel makes 1024 of an absent one, or of 0. */
  readonly metric?: number;
}

export interface NewRoute extends RouteKey {
  /** For IPv4; when absent it follows from kind and gateway, as `ip route` has it. */
  readonly scope?: RouteScope;
  /** Whether the gateway is behind the link although no route says so. */
  readonly onLink?: boolean;
  /** The address that packets of this machine are sent from. */
  readonly source?: string;
  /** Who makes it, so that it can be told from others' routes; `RTPROT_STATIC` when absent. */
  readonly protocol?: number;
  /** Whether it takes the place of one with the same destination, table and metric. */
  readonly replace?: boolean;
}

export const RT_TABLE_MAIN = 254;
export const RT_TABLE_LOCAL = 255;
export const RTPROT_STATIC = 4;

const USUAL_SCOPES: ReadonlyMap<RouteKind, RouteScope> = new Map([
  ['local', 'host'],
  ['nat', 'host'],
  ['broadcast', 'link'],
  ['multicast', 'link'],
  ['anycast', 'link'],
]);

/** Makes a route. @throws {KernelError} `EEXIST` when there is one that it does not replace. */
export function addRoute(socket: NetlinkSocket, route: NewRoute): void {
  const kind = route.kind ?? 'unicast';
  const body = routeBody(route, {
    kind,
    scope: route.scope ?? usualScope(kind, route),
    protocol: route.protocol ?? RTPROT_STATIC,
    flags: route.onLink === true ? RTNH_F_ONLINK : 0,
  });
  if (route.source !== undefined) body.attribute(RTA_PREFSRC, ipBytes(route.source));
  const flags = NLM_F_CREATE | (route.replace === true ? NLM_F_REPLACE : NLM_F_EXCL);
  const errand = errandFor('add route', route);
  socket.request({ type: RTM_NEWROUTE, flags, body: body.bytes() }, errand);
}

/** Deletes a route. @throws {KernelError} `ESRCH` when there is none. */
export function deleteRoute(socket: NetlinkSocket, route: RouteKey): void {
  // For IPv4 the kernel reads `nowhere` as any scope.
  const kind = route.kind ?? 'unspec';
  const body = routeBody(route, { kind, scope: 'nowhere', protocol: 0, flags: 0 });
  const errand = errandFor('delete route', route);
  socket.request({ type: RTM_DELROUTE, flags: 0, body: body.bytes() }, errand);
}

function routeBody(
  { destination, link, gateway, table, metric }: RouteKey,
  header: {
    readonly kind: RouteKind;
    readonly scope: RouteScope;
    readonly protocol: number;
    readonly flags: number;
  },
): Writer {
  const family = ipFamily(destination.address);
  const body = routeHeader(new Writer(), {
    family: familyNumber(family),
    prefix: destination.prefix,
    protocol: header.protocol,
    scope: scopeNumber(header.scope),
    kind: routeKindNumber(header.kind),
    flags: header.flags,
  });
  body.attribute(RTA_DST, ipBytes(destination.address));
  body.u32Attribute(RTA_TABLE, table ?? usualTable(header.kind));
  if (link !== undefined) body.u32Attribute(RTA_OIF, link);
  if (metric !== undefined) body.u32Attribute(RTA_PRIORITY, metric);
  if (gateway !== undefined) {
    if (ipFamily(gateway) === family) body.attribute(RTA_GATEWAY, ipBytes(gateway));
    else body.attribute(RTA_VIA, via(gateway));
  }
  return body;
}

/** `struct rtvia`: a family, then an address of it. */
function via(gateway: string): Uint8Array {
  return new Writer()
    .u16(familyNumber(ipFamily(gateway)))
    .raw(ipBytes(gateway))
    .bytes();
}

function usualTable(kind: RouteKind): number {
  return kind === 'local' ? RT_TABLE_LOCAL : RT_TABLE_MAIN;
}

function usualScope(kind: RouteKind, { gateway }: RouteKey): RouteScope {
  if (kind === 'unicast') return gateway === undefined ? 'link' : 'universe';
  return USUAL_SCOPES.get(kind) ?? 'universe';
}

function errandFor(operation: string, { destination, table }: RouteKey): Errand {
  const where = table === undefined ? '' : ` of table ${table}`;
  return { operation, object: `${destination.address}/${destination.prefix}${where}` };
}
