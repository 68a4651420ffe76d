import type { Buffer } from 'node:buffer';

/**
 * What a header above IP says about its connection. What is `undefined` is not in the packet, or lies
 * beyond its copied part: later fragments have neither ports nor types.
 */
export interface TransportHeader {
  readonly sourcePort: number | undefined;
  readonly destinationPort: number | undefined;
  readonly icmpType: number | undefined;
  readonly icmpCode: number | undefined;
}

/** Says nothing: there is no such header, or it cannot be read. */
export const NO_TRANSPORT: TransportHeader = {
  sourcePort: undefined,
  destinationPort: undefined,
  icmpType: undefined,
  icmpCode: undefined,
};

const IPPROTO_ICMP = 1;
const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;
const IPPROTO_DCCP = 33;
const IPPROTO_ICMPV6 = 58;
const IPPROTO_SCTP = 132;
const IPPROTO_UDPLITE = 136;

/** Those whose headers begin with the two ports. */
const WITH_PORTS: ReadonlySet<number> = new Set([
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPPROTO_DCCP,
  IPPROTO_SCTP,
  IPPROTO_UDPLITE,
]);

/** Reads the header of a protocol that is above IP, as far as there are bytes. Total. */
export function transportHeader(protocol: number, bytes: Buffer): TransportHeader {
  if (WITH_PORTS.has(protocol)) {
    return {
      ...NO_TRANSPORT,
      sourcePort: bytes.length < 2 ? undefined : bytes.readUInt16BE(0),
      destinationPort: bytes.length < 4 ? undefined : bytes.readUInt16BE(2),
    };
  }
  if (protocol === IPPROTO_ICMP || protocol === IPPROTO_ICMPV6) {
    return { ...NO_TRANSPORT, icmpType: bytes[0], icmpCode: bytes[1] };
  }
  return NO_TRANSPORT;
}
