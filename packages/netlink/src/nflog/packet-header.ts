import type { Buffer } from 'node:buffer';
import type { PacketHeader } from './ip-header.ts';
import { ipv4Header } from './ipv4-header.ts';
import { ipv6Header } from './ipv6-header.ts';

/**
 * Reads the headers of a packet, from its network header on.
 *
 * Total: a truncated or senseless packet gives what is readable of it.
 *
 * @returns `undefined` when it is neither IPv4 nor IPv6, or is cut off before its addresses end.
 */
export function packetHeader(payload: Buffer): PacketHeader | undefined {
  const version = (payload[0] ?? 0) >> 4;
  if (version === 4) return ipv4Header(payload);
  return version === 6 ? ipv6Header(payload) : undefined;
}
