import { Buffer } from 'node:buffer';
import { type IpFamily, ipText } from '@ringfence/netlink';
import type { SctpEnds } from './ends.ts';
import { IPPROTO_SCTP } from './packet.ts';

/** The protocol that tells that packets could not be delivered. */
export const IPPROTO_ERRORS: Readonly<Record<IpFamily, number>> = { IPv4: 1, IPv6: 58 };

/** That an SCTP packet could not be delivered. */
export interface DeliveryError {
  /** Of the packet: its sender is `local`. */
  readonly ends: SctpEnds;
  readonly tag: number;
  /** The name of the error that sockets of other protocols would tell. */
  readonly code: 'ECONNREFUSED' | 'EHOSTUNREACH' | 'ENETUNREACH';
}

/**
 * Reads what a router or a host said of a packet; `undefined` when it said something else, or not
 * of SCTP. Total.
 */
export function deliveryErrorIn(family: IpFamily, bytes: Uint8Array): DeliveryError | undefined {
  const message = Buffer.from(bytes);
  if (message.length < HEADER) return undefined;
  const [type, code] = [message.readUInt8(0), message.readUInt8(1)];
  const told = family === 'IPv4' ? errorOf(type, code) : errorOf6(type, code);
  if (told === undefined) return undefined;
  const packet = message.subarray(HEADER);
  const { sizeOf, protocolAt, addresses, length } = IP[family];
  if (packet.length < length || packet.readUInt8(protocolAt) !== IPPROTO_SCTP) return undefined;
  const sctp = packet.subarray(sizeOf(packet));
  if (sctp.length < PORTS_AND_TAG) return undefined;
  const address = (at: number): string => ipText(packet.subarray(at, at + addresses.length));
  return {
    ends: {
      local: address(addresses.at),
      localPort: sctp.readUInt16BE(0),
      peer: address(addresses.at + addresses.length),
      peerPort: sctp.readUInt16BE(2),
    },
    tag: sctp.readUInt32BE(4),
    code: told,
  };
}

/** Behind it is as much of the packet as fits. */
const HEADER = 8;
const PORTS_AND_TAG = 8;

/** Where an IP header says what. */
const IP = {
  IPv4: {
    length: 20,
    protocolAt: 9,
    addresses: { at: 12, length: 4 },
    sizeOf: (packet: Buffer): number => 4 * (packet.readUInt8(0) & 0x0f),
  },
  // Packets with headers in between are not ours.
  IPv6: { length: 40, protocolAt: 6, addresses: { at: 8, length: 16 }, sizeOf: (): number => 40 },
} as const;

const DESTINATION_UNREACHABLE = 3;
const PROTOCOL_UNREACHABLE = 2;
const PORT_UNREACHABLE = 3;
const FRAGMENTATION_NEEDED = 4;
const ABOUT_NETWORKS: ReadonlySet<number> = new Set([0, 6, 9, 11]);

function errorOf(type: number, code: number): DeliveryError['code'] | undefined {
  if (type !== DESTINATION_UNREACHABLE || code === FRAGMENTATION_NEEDED) return undefined;
  if (code === PROTOCOL_UNREACHABLE || code === PORT_UNREACHABLE) return 'ECONNREFUSED';
  return ABOUT_NETWORKS.has(code) ? 'ENETUNREACH' : 'EHOSTUNREACH';
}

const DESTINATION_UNREACHABLE6 = 1;
const NO_ROUTE = 0;
const PORT_UNREACHABLE6 = 4;
const PARAMETER_PROBLEM = 4;
const UNKNOWN_NEXT_HEADER = 1;

function errorOf6(type: number, code: number): DeliveryError['code'] | undefined {
  if (type === PARAMETER_PROBLEM && code === UNKNOWN_NEXT_HEADER) return 'ECONNREFUSED';
  if (type !== DESTINATION_UNREACHABLE6) return undefined;
  if (code === PORT_UNREACHABLE6) return 'ECONNREFUSED';
  return code === NO_ROUTE ? 'ENETUNREACH' : 'EHOSTUNREACH';
}
