import type { Buffer } from 'node:buffer';
import { ipText } from '../ip-text.ts';
import type { PacketHeader } from './ip-header.ts';
import { NO_TRANSPORT, type TransportHeader, transportHeader } from './transport-header.ts';

const LENGTH = 40;

const IPPROTO_HOPOPTS = 0;
const IPPROTO_ROUTING = 43;
const IPPROTO_FRAGMENT = 44;
const IPPROTO_AH = 51;
const IPPROTO_DSTOPTS = 60;
const IPPROTO_MH = 135;
const IPPROTO_HIP = 139;
const IPPROTO_SHIM6 = 140;

/** Reads an IPv6 header, its extension headers, and what follows them. Total. */
export function ipv6Header(packet: Buffer): PacketHeader | undefined {
  if (packet.length < LENGTH) return undefined;
  return {
    family: 'IPv6',
    source: ipText(packet.subarray(8, 24)),
    destination: ipText(packet.subarray(24, 40)),
    ...upperLayer(packet),
  };
}

/** Walks the extension headers. Each has 8 bytes at least, so that the walk ends. */
function upperLayer(packet: Buffer): TransportHeader & Pick<PacketHeader, 'protocol'> {
  let protocol = packet.readUInt8(6);
  let at = LENGTH;
  for (;;) {
    const lengthOf = EXTENSIONS.get(protocol);
    if (lengthOf === undefined) {
      return { protocol, ...transportHeader(protocol, packet.subarray(at)) };
    }
    // Every header has its fixed part in the first 8 bytes.
    if (at + 8 > packet.length) return { protocol: undefined, ...NO_TRANSPORT };
    const isFragment = protocol === IPPROTO_FRAGMENT;
    protocol = packet.readUInt8(at);
    // What follows in a later fragment is its data, whatever the header says.
    if (isFragment && (packet.readUInt16BE(at + 2) & 0xfff8) !== 0) {
      return { protocol: EXTENSIONS.has(protocol) ? undefined : protocol, ...NO_TRANSPORT };
    }
    at += lengthOf(packet.readUInt8(at + 1));
  }
}

const inEights = (length: number): number => (length + 1) * 8;

/** The headers that another one follows, with their lengths in bytes, given their length fields. */
const EXTENSIONS: ReadonlyMap<number, (length: number) => number> = new Map([
  [IPPROTO_HOPOPTS, inEights],
  [IPPROTO_ROUTING, inEights],
  [IPPROTO_FRAGMENT, () => 8],
  // Its length is in fours, and counts from the second one on.
  [IPPROTO_AH, (length) => Math.max((length + 2) * 4, 8)],
  [IPPROTO_DSTOPTS, inEights],
  [IPPROTO_MH, inEights],
  [IPPROTO_HIP, inEights],
  [IPPROTO_SHIM6, inEights],
]);
