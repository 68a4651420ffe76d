import { unreachable } from '@ringfence/core';
import type { HeaderMatch } from '@ringfence/dataplane';
import type { NftDatatype } from '@ringfence/netlink';
import {
  bits,
  differs,
  equals,
  isNoEtherType,
  isOneOf,
  LOAD_TRANSPORT,
  ofIcmpFamily,
  ofProtocol,
  ofTransport,
  type Part,
  type RuleWorld,
} from './part.ts';
import { fieldShape } from './field.ts';
import { FIRST, type Step } from './step.ts';
import { networkNumber } from './value-bytes.ts';

const TCP = 6;
const ICMP = {
  IPv4: { protocol: 1, type: 'icmp_type' },
  IPv6: { protocol: 58, type: 'icmpv6_type' },
} as const;
const DESTINATION_PORT = { base: 'transport', offset: 2, length: 2 } as const;
const ICMP_TYPE = { base: 'transport', offset: 0, length: 1 } as const;
const TCP_FLAGS = { base: 'transport', offset: 13, length: 1 } as const;
const HOP_LIMIT = { base: 'network', offset: 7, length: 1 } as const;
const HEADER_LENGTH = { base: 'network', offset: 0, length: 1 } as const;
/** In words of four bytes. */
const NO_OPTIONS = 5;
export const IPOPT_LSRR = 131;
export const IPOPT_SSRR = 137;
const SYN = 0x02;
const FIN_SYN_RST_ACK = 0x17;
const PACKET_BROADCAST = 1;
const PACKET_MULTICAST = 2;

/** Writes a match against what is in the packet itself. */
export function encodeHeaderMatch(world: RuleWorld, match: HeaderMatch): Part {
  switch (match.kind) {
    case 'protocol':
      return {
        needs: [],
        steps: [LOAD_TRANSPORT, oneOf(match.protocols, 1, 'inet_proto', 'host')],
      };
    case 'destinationPort':
      return {
        needs: [ofTransport(match.protocol)],
        steps: [load(DESTINATION_PORT), oneOf(match.ports, 2, 'inet_service', 'network')],
      };
    case 'icmpType': {
      const { protocol, type } = ICMP[match.family];
      return {
        needs: [ofIcmpFamily(world.family, match.family), ofTransport(protocol)],
        steps: [load(ICMP_TYPE), oneOf(match.types, 1, type, 'network')],
      };
    }
    case 'prefix6':
      return { needs: [ofProtocol(world.family, 'IPv6')], steps: prefixSteps(match) };
    case 'hopLimit6':
      return {
        needs: [ofProtocol(world.family, 'IPv6')],
        steps: [load(HOP_LIMIT), equals(Uint8Array.of(match.hops))],
      };
    case 'options4':
      return {
        needs: [ofProtocol(world.family, 'IPv4')],
        steps: [load(HEADER_LENGTH), bits(Uint8Array.of(0x0f)), differs(Uint8Array.of(NO_OPTIONS))],
      };
    case 'sourceRoute4':
      return {
        needs: [ofProtocol(world.family, 'IPv4')],
        steps: [hasOption(match.strict ? IPOPT_SSRR : IPOPT_LSRR), equals(Uint8Array.of(1))],
      };
    case 'toMany':
      return {
        needs: [],
        steps: [
          { kind: 'meta', key: 'pkttype', destination: FIRST },
          oneOf([PACKET_BROADCAST, PACKET_MULTICAST], 1, 'pkt_type', 'host'),
        ],
      };
    case 'otherEtherType':
      return {
        needs: [],
        steps: (['IPv4', 'IPv6', 'ARP'] as const).flatMap(isNoEtherType),
      };
    case 'notSyn':
      return {
        needs: [ofTransport(TCP)],
        steps: [load(TCP_FLAGS), bits(Uint8Array.of(FIN_SYN_RST_ACK)), differs(Uint8Array.of(SYN))],
      };
    default:
      return unreachable(match);
  }
}

/** Whole bytes are loaded alone; else the address is, and the other bits are cut off. */
function prefixSteps(match: Extract<HeaderMatch, { readonly kind: 'prefix6' }>): readonly Step[] {
  const address = fieldShape(match.field).load(FIRST);
  const mask = ((1n << BigInt(match.length)) - 1n) << BigInt(128 - match.length);
  const first = networkNumber(match.first & mask, 16);
  if (match.length % 8 !== 0) return [address, bits(networkNumber(mask, 16)), equals(first)];
  const length = match.length / 8;
  if (length === 0 || address.kind !== 'payload') return [];
  return [{ ...address, length }, equals(first.slice(0, length))];
}

function load(part: {
  readonly base: 'network' | 'transport';
  readonly offset: number;
  readonly length: number;
}): Step {
  return { kind: 'payload', ...part, destination: FIRST };
}

/** Loads 1 where the packet has an option, and 0 where not. */
function hasOption(type: number): Step {
  return {
    kind: 'exthdr',
    op: 'ipv4',
    type,
    offset: 0,
    length: 1,
    present: true,
    destination: FIRST,
  };
}

function oneOf(
  numbers: readonly number[],
  length: number,
  datatype: NftDatatype,
  byteOrder: 'host' | 'network',
): Step {
  const ascending = [...new Set(numbers)].sort((left, right) => left - right);
  return isOneOf(
    datatype,
    byteOrder,
    ascending.map((number) => networkNumber(number, length)),
  );
}
