import { Buffer } from 'node:buffer';
import { ipBytes } from '@ringfence/netlink';

/** Who sends, and to whom; both of one family. */
export interface Ends {
  readonly from: string;
  readonly to: string;
}

/** What is behind an IP header. */
export interface Segment {
  readonly protocol: number;
  readonly bytes: Buffer;
}

/** Numbers of protocols in IP headers. */
export const PROTOCOL = {
  hopByHop: 0,
  icmp: 1,
  ipip: 4,
  tcp: 6,
  udp: 17,
  dccp: 33,
  sixInFour: 41,
  routing: 43,
  fragment: 44,
  gre: 47,
  icmp6: 58,
  destinationOptions: 60,
  sctp: 132,
  udpLite: 136,
  reserved: 255,
} as const;

/** Flags of TCP, as they stand in the header. */
export const FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32 } as const;

interface Ports {
  readonly from: number;
  readonly to: number;
}

/** A UDP datagram, with the right sum. */
export function udp(ends: Ends, ports: Ports, payload: Uint8Array): Segment {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(ports.from, 0);
  header.writeUInt16BE(ports.to, 2);
  header.writeUInt16BE(8 + payload.length, 4);
  return summed(ends, PROTOCOL.udp, Buffer.concat([header, payload]), 6);
}

/** A TCP segment, with the right sum. */
export function tcp(
  ends: Ends,
  ports: Ports,
  {
    flags,
    sequence = 1_000,
    acknowledged = 0,
    options = Buffer.alloc(0),
    payload = Buffer.alloc(0),
  }: {
    readonly flags: number;
    readonly sequence?: number;
    readonly acknowledged?: number;
    /** A multiple of four bytes. */
    readonly options?: Uint8Array;
    readonly payload?: Uint8Array;
  },
): Segment {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(ports.from, 0);
  header.writeUInt16BE(ports.to, 2);
  header.writeUInt32BE(sequence, 4);
  header.writeUInt32BE(acknowledged, 8);
  header[12] = (5 + options.length / 4) << 4;
  header[13] = flags;
  header.writeUInt16BE(64_000, 14);
  return summed(ends, PROTOCOL.tcp, Buffer.concat([header, options, payload]), 16);
}

/** An ICMP message of the family of its ends, with the right sum; `rest` are its bytes 4 to 7. */
export function icmp(
  ends: Ends,
  {
    type,
    code = 0,
    rest = 0,
    payload = Buffer.alloc(0),
  }: {
    readonly type: number;
    readonly code?: number;
    readonly rest?: number;
    readonly payload?: Uint8Array;
  },
): Segment {
  const header = Buffer.alloc(8);
  header[0] = type;
  header[1] = code;
  header.writeUInt32BE(rest >>> 0, 4);
  const bytes = Buffer.concat([header, payload]);
  if (isIpv6(ends)) return summed(ends, PROTOCOL.icmp6, bytes, 2);
  bytes.writeUInt16BE(checksum(bytes), 2);
  return { protocol: PROTOCOL.icmp, bytes };
}

/** What differs from an everyday IP packet. */
export interface PacketOptions {
  /** 64 when absent. */
  readonly hops?: number;
  /** IPv4 only; a multiple of four bytes. */
  readonly options?: Uint8Array;
  /** IPv4 only; the offset in bytes. */
  readonly fragment?: Fragment;
}

/** Which part of a packet a fragment is. */
interface Fragment {
  readonly id: number;
  /** In bytes, a multiple of eight. */
  readonly offset: number;
  readonly more: boolean;
}

/** An IP packet of the family of its ends. */
export function packet(ends: Ends, segment: Segment, how: PacketOptions = {}): Buffer {
  const { protocol, bytes } = segment;
  const { hops = 64, options = Buffer.alloc(0), fragment } = how;
  const addresses = Buffer.concat([ipBytes(ends.from), ipBytes(ends.to)]);
  if (isIpv6(ends)) {
    const header = Buffer.from([0x60, 0, 0, 0, 0, 0, protocol, hops]);
    header.writeUInt16BE(bytes.length, 4);
    return Buffer.concat([header, addresses, bytes]);
  }
  const start = Buffer.from([0x45 + options.length / 4, 0, 0, 0, 0, 0, 0, 0, hops, protocol, 0, 0]);
  const header = Buffer.concat([start, addresses, options]);
  header.writeUInt16BE(header.length + bytes.length, 2);
  if (fragment !== undefined) {
    header.writeUInt16BE(fragment.id, 4);
    header.writeUInt16BE(fragment.offset / 8 + (fragment.more ? 0x2000 : 0), 6);
  }
  header.writeUInt16BE(checksum(header), 10);
  return Buffer.concat([header, bytes]);
}

/** A part of what is behind an IPv4 or IPv6 header, as a packet of its own. */
export function fragmentOf(
  ends: Ends,
  whole: Segment,
  part: Fragment & { readonly end: number },
): Buffer {
  const bytes = whole.bytes.subarray(part.offset, part.end);
  if (!isIpv6(ends)) return packet(ends, { ...whole, bytes }, { fragment: part });
  const header = Buffer.from([whole.protocol, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt16BE(part.offset + (part.more ? 1 : 0), 2);
  header.writeUInt32BE(part.id, 4);
  return packet(ends, { protocol: PROTOCOL.fragment, bytes: Buffer.concat([header, bytes]) });
}

/** Puts an extension header of IPv6 before a segment; `body` fills up multiples of eight, less two. */
export function behind(type: number, body: Uint8Array, { protocol, bytes }: Segment): Segment {
  const header = Buffer.from([protocol, (body.length + 2) / 8 - 1]);
  return { protocol: type, bytes: Buffer.concat([header, body, bytes]) };
}

/** Whether ends have IPv6 addresses. */
export function isIpv6({ from }: Pick<Ends, 'from'>): boolean {
  return from.includes(':');
}

function summed(ends: Ends, protocol: number, bytes: Buffer, at: number): Segment {
  const about = Buffer.alloc(8);
  about.writeUInt32BE(bytes.length, 0);
  about.writeUInt32BE(protocol, 4);
  const sum = checksum(Buffer.concat([ipBytes(ends.from), ipBytes(ends.to), about, bytes]));
  bytes.writeUInt16BE(sum === 0 ? 0xffff : sum, at);
  return { protocol, bytes };
}

/** The sum of RFC 1071, where those bytes that hold it are zero. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (const [index, byte] of bytes.entries()) sum += index % 2 === 0 ? byte << 8 : byte;
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000);
  return ~sum & 0xffff;
}
