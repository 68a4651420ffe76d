import type { Buffer } from 'node:buffer';
import type { Answer } from '../codec/message.ts';
import { Writer } from '../codec/writer.ts';
import { MalformedAnswer } from '../kernel-error.ts';
import type { NetlinkSocket } from '../socket.ts';
import { type IpFamily, type IpPrefix, ipText } from '../ip-text.ts';
import { listByFamily } from './list-by-family.ts';
import { type RouteKind, routeKindNumbered } from './route-kind.ts';
import {
  RTA_DST,
  RTA_GATEWAY,
  RTA_OIF,
  RTA_PREFSRC,
  RTA_PRIORITY,
  RTA_TABLE,
  RTA_VIA,
  ROUTE_HEADER,
  routeHeader,
} from './route-message.ts';
import { familyNumbered, RTM_GETROUTE } from './rtnetlink.ts';
import { type RouteScope, scopeNumbered } from './scope.ts';
import { type Attributes, attributesBehind, ipOf, prefixOf, u32Of } from './strict.ts';

/** Where packets to a destination go. */
export interface Route {
  readonly family: IpFamily;
  readonly kind: RouteKind | number;
  readonly table: number;
  readonly destination: IpPrefix;
  /** 0 where there is none, or more than one. */
  readonly link: number;
  /** Empty where there is none, or more than one; for IPv4 perhaps an IPv6 address. */
  readonly gateway: string;
  /** The address that packets of this machine are sent from; empty where left open. */
  readonly source: string;
  /** Of several routes to one destination the lowest wins. */
  readonly metric: number;
  readonly scope: RouteScope | number;
  /** Who made it: `RTPROT_KERNEL` is 2, `RTPROT_STATIC` 4. */
  readonly protocol: number;
}

/** Lists routes: IPv4, then IPv6; of all tables, or of one, which need not exist. */
export function routes(
  socket: NetlinkSocket,
  { table }: { readonly table?: number } = {},
): readonly Route[] {
  return listByFamily(socket, {
    type: RTM_GETROUTE,
    object: 'routes',
    optional: table !== undefined,
    body: (family) => {
      const body = routeHeader(new Writer(), { family });
      if (table !== undefined) body.u32Attribute(RTA_TABLE, table);
      return body.bytes();
    },
    decode: decodeRoute,
  });
}

/**
 * Reads a message about a route; `undefined` for one of another family than IP.
 *
 * @throws {MalformedAnswer}
 */
export function decodeRoute(answer: Answer): Route | undefined {
  const attributes = attributesBehind(ROUTE_HEADER, answer);
  const { body } = answer;
  const family = familyNumbered(body[0]);
  if (family === undefined) return undefined;
  return {
    family,
    kind: routeKindNumbered(body.readUInt8(7)),
    table: u32Of(attributes, RTA_TABLE, body.readUInt8(4)),
    destination: prefixOf(attributes, RTA_DST, { family, prefix: body.readUInt8(1) }),
    link: u32Of(attributes, RTA_OIF),
    gateway: gatewayOf(attributes, family),
    source: ipOf(attributes, RTA_PREFSRC, family),
    metric: u32Of(attributes, RTA_PRIORITY),
    scope: scopeNumbered(body.readUInt8(6)),
    protocol: body.readUInt8(5),
  };
}

function gatewayOf(attributes: Attributes, family: IpFamily): string {
  const via = attributes.get(RTA_VIA);
  return via === undefined ? ipOf(attributes, RTA_GATEWAY, family) : viaText(via);
}

/** `struct rtvia`: a family, then an address of it. */
function viaText(via: Buffer): string {
  const family = via.length < 2 ? undefined : familyNumbered(via.readUInt16LE());
  if (family === undefined || via.length !== (family === 'IPv4' ? 6 : 18)) {
    throw new MalformedAnswer(`a gateway of another family has ${via.length} bytes`);
  }
  return ipText(via.subarray(2));
}
