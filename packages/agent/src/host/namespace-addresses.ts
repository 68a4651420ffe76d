import { Buffer } from 'node:buffer';
import { FAMILIES, type IpAddress, parseAddress } from '@ringfence/core';
import { type Link, type NetlinkSocket, routeEvents } from '@ringfence/netlink';
import { AF_INET, AF_INET6, numberAttribute, unless } from './ask.ts';

const RTM_GETADDR = 22;
/** `struct ifaddrmsg`: family, link at 4. */
const HEADER = 8;
const IFA_TARGET_NETNSID = 10;
/** The namespace or the link went meanwhile; or the namespace is none that we may read. */
const UNREADABLE: ReadonlySet<string> = new Set(['EINVAL', 'ENODEV', 'EACCES', 'EPERM']);

/**
 * Lists the addresses that the other end of a veth has in its namespace, without entering it; those
 * that are only valid on the link are left out. None where the namespace may not be read.
 */
export function addressesBehind(socket: NetlinkSocket, veth: Link): readonly IpAddress[] {
  if (veth.peerNamespaceId < 0) return [];
  return FAMILIES.flatMap((family) => {
    const header = Buffer.alloc(HEADER);
    header.writeUInt8(family === 'IPv4' ? AF_INET : AF_INET6, 0);
    header.writeUInt32LE(veth.peerIndex, 4);
    const namespace = numberAttribute(IFA_TARGET_NETNSID, veth.peerNamespaceId);
    const body = Buffer.concat([header, namespace]);
    const answers = unless(UNREADABLE, () =>
      socket.dump(
        { type: RTM_GETADDR, flags: 0, body },
        { operation: 'list', object: `addresses behind ${veth.name}` },
      ),
    );
    return addressesIn(answers ?? [], veth.peerIndex);
  });
}

function addressesIn(
  answers: Parameters<typeof routeEvents>[0],
  link: number,
): readonly IpAddress[] {
  return routeEvents(answers).flatMap((event) => {
    if (event.kind !== 'address' || event.address.scope !== 'universe') return [];
    // A kernel that does not sift tells of all links.
    if (event.address.link !== link) return [];
    const parsed = parseAddress(event.address.address);
    return parsed.kind === 'ok' ? [parsed.value.address] : [];
  });
}
