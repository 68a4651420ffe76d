import { Buffer } from 'node:buffer';
import { formatAddress, type IpAddress } from '@ringfence/core';
import { ipBytes, type NetlinkSocket, type Route, routeEvents } from '@ringfence/netlink';
import { AF_INET, AF_INET6, attribute, unless } from './ask.ts';

const RTM_GETROUTE = 26;
/** `struct rtmsg`. */
const HEADER = 12;
/** The answer is the entry of the table that decides, not what is made of it for this address. */
const RTM_F_FIB_MATCH = 0x2000;
const RTA_DST = 1;

/** No route, or one that leads nowhere: unreachable, blackhole, prohibit, throw. */
const NOWHERE: ReadonlySet<string> = new Set([
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EINVAL',
  'EACCES',
  'EAGAIN',
  'ESRCH',
]);

/**
 * Asks the kernel which route decides about an address: the most specific one, by the rules that are
 * for what this machine itself sends.
 *
 * @returns `undefined` where packets do not leave.
 */
export function routeTo(socket: NetlinkSocket, address: IpAddress): Route | undefined {
  const text = formatAddress(address);
  const bytes = ipBytes(text);
  const header = Buffer.alloc(HEADER);
  header.writeUInt8(address.family === 'IPv4' ? AF_INET : AF_INET6, 0);
  header.writeUInt8(bytes.length * 8, 1);
  header.writeUInt32LE(RTM_F_FIB_MATCH, 8);
  const body = Buffer.concat([header, attribute(RTA_DST, bytes)]);
  const answer = unless(NOWHERE, () =>
    socket.get(
      { type: RTM_GETROUTE, flags: 0, body },
      { operation: 'find', object: `the route to ${text}` },
    ),
  );
  if (answer === undefined) return undefined;
  const [event] = routeEvents([answer]);
  return event?.kind === 'route' && event.route.kind === 'unicast' ? event.route : undefined;
}
