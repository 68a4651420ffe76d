import { Buffer } from 'node:buffer';
import { formatAddress, type IpAddress } from '@ringfence/core';
import { ipBytes, type NetlinkSocket, routeEvents } from '@ringfence/netlink';
import { AF_BRIDGE, AF_INET, AF_INET6, attribute, numberAttribute, unless } from './ask.ts';

const RTM_GETNEIGH = 30;
/** `struct ndmsg`: family, link at 4, state at 8, flags at 10. */
const HEADER = 12;
const NDA_DST = 1;
const NDA_LLADDR = 2;
const NDA_MASTER = 9;
const NTF_STICKY = 0x40;
/** Not there, or asked of a kernel that lists only. */
const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'ENODEV', 'EINVAL', 'EOPNOTSUPP']);

/**
 * Finds the port of a bridge behind which an address is for good: a permanent neighbour says which
 * MAC address it has, and a sticky entry of the bridge where that is. Only who may change the node's
 * network writes either.
 *
 * What was learnt does not count, whoever sends says it. Nor does an entry that is static, but not
 * sticky: the kernel moves it to the port from which a frame with that MAC address last came.
 *
 * @returns the index of the port.
 */
export function fixedPort(
  socket: NetlinkSocket,
  bridge: number,
  address: IpAddress,
): number | undefined {
  const mac = permanentMac(socket, bridge, address);
  const entry = mac === undefined ? undefined : bridgeEntry(socket, bridge, mac);
  return entry?.sticky === true ? entry.port : undefined;
}

function permanentMac(
  socket: NetlinkSocket,
  bridge: number,
  address: IpAddress,
): string | undefined {
  const text = formatAddress(address);
  const header = Buffer.alloc(HEADER);
  header.writeUInt8(address.family === 'IPv4' ? AF_INET : AF_INET6, 0);
  header.writeInt32LE(bridge, 4);
  const body = Buffer.concat([header, attribute(NDA_DST, ipBytes(text))]);
  const answer = unless(ABSENT, () =>
    socket.get(
      { type: RTM_GETNEIGH, flags: 0, body },
      { operation: 'find', object: `neighbour ${text}` },
    ),
  );
  if (answer === undefined) return undefined;
  const [event] = routeEvents([answer]);
  if (event?.kind !== 'neighbour') return undefined;
  const { state, mac } = event.neighbour;
  return state === 'permanent' && mac !== '' ? mac : undefined;
}

/** Asks a bridge behind which port a MAC address is, and whether that is for good. */
export function bridgeEntry(
  socket: NetlinkSocket,
  bridge: number,
  mac: string,
): { readonly port: number; readonly sticky: boolean } | undefined {
  const header = Buffer.alloc(HEADER);
  header.writeUInt8(AF_BRIDGE, 0);
  const body = Buffer.concat([
    header,
    attribute(NDA_LLADDR, Buffer.from(mac.replaceAll(':', ''), 'hex')),
    numberAttribute(NDA_MASTER, bridge),
  ]);
  const answer = unless(ABSENT, () =>
    socket.get(
      { type: RTM_GETNEIGH, flags: 0, body },
      { operation: 'find', object: `the port of ${mac}` },
    ),
  );
  if (answer === undefined) return undefined;
  const { body: entry } = answer;
  return { port: entry.readInt32LE(4), sticky: (entry.readUInt8(10) & NTF_STICKY) !== 0 };
}
