import type { Buffer } from 'node:buffer';
import { ipText } from '../ip-text.ts';
import type { PacketHeader } from './ip-header.ts';
import { NO_TRANSPORT, transportHeader } from './transport-header.ts';

const SHORTEST = 20;

/** Reads an IPv4 header, with or without options, and what follows it. Total. */
export function ipv4Header(packet: Buffer): PacketHeader | undefined {
  if (packet.length < SHORTEST) return undefined;
  const length = (packet.readUInt8(0) & 0x0f) * 4;
  if (length < SHORTEST) return undefined;
  const protocol = packet.readUInt8(9);
  const first = (packet.readUInt16BE(6) & 0x1fff) === 0;
  return {
    family: 'IPv4',
    source: ipText(packet.subarray(12, 16)),
    destination: ipText(packet.subarray(16, 20)),
    protocol,
    ...(first ? transportHeader(protocol, packet.subarray(length)) : NO_TRANSPORT),
  };
}
