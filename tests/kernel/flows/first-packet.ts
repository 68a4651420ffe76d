import type { Family } from '@ringfence/core';
import { ipBytes } from '@ringfence/netlink';

/** Makes and reads packets that are the first of their flow, each with a number. */
export interface FirstPackets {
  /** What is behind the IP header; the next call overwrites it. */
  packet(number: number): Uint8Array;
}

/** The numbers of protocols in IP headers. */
export const PROTOCOL = { TCP: 6, UDP: 17 } as const;

/** Ports of clients: none that a server of a test has, and enough to last longer than flows do. */
const FIRST_CLIENT_PORT = 20_000;
const CLIENT_PORTS = 40_000;

const SYN = 0x02;
/** UDP's header, and the number; TCP's header alone, with the number in the sequence. */
const LAYOUT = {
  UDP: { length: 12, checksum: 6, number: 8 },
  TCP: { length: 20, checksum: 16, number: 4 },
} as const;
const TCP_DATA_OFFSET = 12;
const TCP_FLAGS = 13;
const TCP_WINDOW = 14;
const UDP_LENGTH = 4;

/** Makes packets from one address to a port of another one. */
export function firstPackets(way: {
  readonly family: Family;
  readonly protocol: 'TCP' | 'UDP';
  readonly source: string;
  readonly destination: string;
  readonly port: number;
}): FirstPackets {
  const layout = LAYOUT[way.protocol];
  const bytes = new Uint8Array(layout.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(2, way.port);
  if (way.protocol === 'UDP') view.setUint16(UDP_LENGTH, layout.length);
  else {
    bytes[TCP_DATA_OFFSET] = (layout.length / 4) << 4;
    bytes[TCP_FLAGS] = SYN;
    view.setUint16(TCP_WINDOW, 1_024);
  }
  const pseudo =
    sumOf(ipBytes(way.source)) +
    sumOf(ipBytes(way.destination)) +
    PROTOCOL[way.protocol] +
    layout.length;
  return {
    packet(number) {
      view.setUint16(0, FIRST_CLIENT_PORT + (number % CLIENT_PORTS));
      view.setUint32(layout.number, number);
      view.setUint16(layout.checksum, 0);
      view.setUint16(layout.checksum, checksum(pseudo + sumOf(bytes)));
      return bytes;
    },
  };
}

/** The port and the number of a first packet; `undefined` for any other packet. */
export function readFirstPacket(
  protocol: 'TCP' | 'UDP',
  bytes: Uint8Array,
): { readonly port: number; readonly number: number } | undefined {
  const { length, number } = LAYOUT[protocol];
  if (bytes.length !== length && protocol === 'UDP') return undefined;
  if (bytes.length < length) return undefined;
  if (protocol === 'TCP' && bytes[TCP_FLAGS] !== SYN) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return { port: view.getUint16(2), number: view.getUint32(number) };
}

function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) {
    sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  }
  return sum;
}

/** The Internet checksum; 0 would mean that there is none. */
function checksum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x1_0000);
  return 0xffff - folded || 0xffff;
}
