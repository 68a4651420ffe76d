import { Buffer } from 'node:buffer';
import { ipBytes, type IpFamily, ipText } from '../ip-text.ts';

const SOL_IP = 0;
const IP_PKTINFO = 8;
const IPPROTO_IPV6 = 41;
const IPV6_PKTINFO = 50;

/** `struct cmsghdr`: its length with the value, a level and a type. */
const HEADER = 16;
/** `struct in_pktinfo`: an interface, the source of what is sent, the destination of what came. */
const PACKET_INFO = 12;
/** `struct in6_pktinfo`: an address, which is one or the other, and an interface. */
const PACKET_INFO6 = 20;
/** The most that either takes, with what it is filled up with. */
export const PACKET_INFO_SPACE = 40;

/** What travels beside a packet to say which address it is from. */
export function encodeSource(family: IpFamily, source: string): Uint8Array {
  const bytes = Buffer.alloc(family === 'IPv4' ? HEADER + 16 : PACKET_INFO_SPACE);
  const length = HEADER + (family === 'IPv4' ? PACKET_INFO : PACKET_INFO6);
  bytes.writeBigUInt64LE(BigInt(length), 0);
  bytes.writeInt32LE(family === 'IPv4' ? SOL_IP : IPPROTO_IPV6, 8);
  bytes.writeInt32LE(family === 'IPv4' ? IP_PKTINFO : IPV6_PKTINFO, 12);
  bytes.set(ipBytes(source), family === 'IPv4' ? HEADER + 4 : HEADER);
  return bytes;
}

/** The destination of an IPv6 packet, in what came beside it; `undefined` where nothing says it. */
export function destinationIn(control: Uint8Array): string | undefined {
  const bytes = Buffer.from(control.buffer, control.byteOffset, control.length);
  if (bytes.length < HEADER + PACKET_INFO6) return undefined;
  if (bytes.readInt32LE(8) !== IPPROTO_IPV6 || bytes.readInt32LE(12) !== IPV6_PKTINFO) {
    return undefined;
  }
  return ipText(bytes.subarray(HEADER, HEADER + 16));
}
