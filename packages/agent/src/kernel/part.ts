import type { Family } from '@ringfence/core';
import type { ElementSet, Ruleset } from '@ringfence/dataplane';
import type { Expression, NftDatatype } from '@ringfence/netlink';
import type { Protocol3 } from './field.ts';
import { FIRST, type Step } from './step.ts';
import { hostNumber } from './value-bytes.ts';

/** A part of a rule: what it needs to hold first, unless an earlier part has seen to it. */
export interface Part {
  readonly needs: readonly Need[];
  readonly steps: readonly Step[];
}

/** What must hold of a packet. */
export interface Need {
  /** The same for all needs that mean the same. */
  readonly name: string;
  readonly steps: readonly Step[];
}

/** What rules are written for. */
export interface RuleWorld {
  readonly family: Ruleset['family'];
  readonly sets: ReadonlyMap<string, ElementSet>;
}

const NFPROTO = { IPv4: 2, IPv6: 10 } as const;
const ETHER_TYPES = { IPv4: [0x08, 0x00], IPv6: [0x86, 0xdd], ARP: [0x08, 0x06] } as const;
const ETHER_TYPE: Expression = {
  kind: 'payload',
  base: 'link_layer',
  offset: 12,
  length: 2,
  destination: FIRST,
};

/** The packet is of a family, or an ARP message. */
export function ofProtocol(family: Ruleset['family'], protocol: Protocol3): Need {
  return { name: protocol, steps: protocolSteps(family, protocol) };
}

function protocolSteps(family: Ruleset['family'], protocol: Protocol3): readonly Step[] {
  if (protocol === 'ARP') return isEtherType(protocol);
  if (family === 'bridge') {
    return [
      { kind: 'meta', key: 'protocol', destination: FIRST },
      equals(Uint8Array.from(ETHER_TYPES[protocol])),
    ];
  }
  return [
    { kind: 'meta', key: 'nfproto', destination: FIRST },
    equals(Uint8Array.of(NFPROTO[protocol])),
  ];
}

/** As `ofProtocol`; on a bridge it is read from the frame, as `nft` does it where ICMP is meant. */
export function ofIcmpFamily(family: Ruleset['family'], of: Family): Need {
  return family === 'bridge'
    ? { name: of, steps: isEtherType(of) }
    : { name: of, steps: protocolSteps(family, of) };
}

function isEtherType(protocol: Protocol3): readonly Step[] {
  return [ETHER_TYPE, equals(Uint8Array.from(ETHER_TYPES[protocol]))];
}

/**
 * The frame carries something else, by its own word: the kernel gives a tag that it has taken off
 * back to those who ask for these bytes.
 */
export function isNoEtherType(protocol: Protocol3): readonly Step[] {
  return [ETHER_TYPE, differs(Uint8Array.from(ETHER_TYPES[protocol]))];
}

/** The packet's payload is of an IP protocol. */
export function ofTransport(protocol: number): Need {
  return {
    name: `protocol ${protocol}`,
    steps: [LOAD_TRANSPORT, equals(Uint8Array.of(protocol))],
  };
}

/** Loads the IP protocol. */
export const LOAD_TRANSPORT: Expression = { kind: 'meta', key: 'l4proto', destination: FIRST };

/** Goes on where the first register has a value. */
export function equals(data: Uint8Array): Expression {
  return { kind: 'cmp', op: 'eq', source: FIRST, data };
}

/** Goes on where the first register has another value. */
export function differs(data: Uint8Array): Expression {
  return { kind: 'cmp', op: 'neq', source: FIRST, data };
}

/** Keeps some bits of the first register, and turns others. */
export function bits(mask: Uint8Array, xor: Uint8Array = new Uint8Array(mask.length)): Expression {
  return { kind: 'bitwise', source: FIRST, destination: FIRST, mask, xor };
}

/** The same for a number in this machine's order. */
export function hostBits(mask: number, xor: number = 0): Expression {
  return bits(hostNumber(mask), hostNumber(xor));
}

/** Goes on where the first register has one of some values. */
export function isOneOf(
  datatype: NftDatatype,
  byteOrder: 'host' | 'network',
  bytes: readonly Uint8Array[],
): Step {
  const [only, ...others] = bytes;
  if (only === undefined) throw new Error('a match has at least one value');
  if (others.length === 0) return equals(only);
  return { kind: 'oneOf', source: FIRST, values: { datatype, byteOrder, bytes } };
}
