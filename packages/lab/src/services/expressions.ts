import type { Family, IpAddress } from '@ringfence/core';
import { formatAddress } from '@ringfence/core';
import {
  type Expression,
  IPS_DST_NAT,
  ipBytes,
  NFT_REG32_00,
  type Register,
  type Verdict,
} from '@ringfence/netlink';

/** What rules do, in words: each is one or more steps that use the registers from the first on. */
export const FIRST: Register = NFT_REG32_00;
const REGISTER_BYTES = 4;

const HEADER = {
  IPv4: { nfproto: 2, source: 12, destination: 16, bytes: 4 },
  IPv6: { nfproto: 10, source: 8, destination: 24, bytes: 16 },
} as const;
const ORIGINAL = { IPv4: 'dst_ip', IPv6: 'dst_ip6' } as const;
const DESTINATION_PORT = { base: 'transport', offset: 2, length: 2 } as const;
const IPPROTO_TCP = 6;
/** Answers of the routing table: `RTN_UNICAST` and `RTN_LOCAL`. */
const ADDRESS_TYPES = { unicast: 1, local: 2 } as const;
/** An interface's name is compared whole, with the zero bytes behind it. */
const IFNAMSIZ = 16;

type End = 'source' | 'destination';

/** How many registers, each of four bytes, an address of a family fills. */
export function addressRegisters(family: Family): number {
  return HEADER[family].bytes / REGISTER_BYTES;
}

/** An address as packets have it. */
export function addressBytes(address: IpAddress): Uint8Array {
  return ipBytes(formatAddress(address));
}

/** A number in the order of this machine. */
export function hostNumber(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

/** Goes on with packets of a family. */
export function ofFamily(family: Family): readonly Expression[] {
  return [
    { kind: 'meta', key: 'nfproto', destination: FIRST },
    { kind: 'cmp', op: 'eq', source: FIRST, data: Uint8Array.of(HEADER[family].nfproto) },
  ];
}

/** Loads an address of a packet of a family. */
export function loadAddress(end: End, family: Family, destination: Register = FIRST): Expression {
  const { bytes, [end]: offset } = HEADER[family];
  return { kind: 'payload', base: 'network', offset, length: bytes, destination };
}

/** Loads source and destination. */
export function loadBothAddresses(family: Family): readonly Expression[] {
  return [
    loadAddress('source', family),
    loadAddress('destination', family, FIRST + addressRegisters(family)),
  ];
}

/** Loads the protocol and the destination port. */
export function loadPort(register: Register = FIRST): readonly Expression[] {
  return [
    { kind: 'meta', key: 'l4proto', destination: register },
    { kind: 'payload', ...DESTINATION_PORT, destination: register + 1 },
  ];
}

/** Loads destination address, protocol and destination port. */
export function loadPortal(family: Family): readonly Expression[] {
  return [loadAddress('destination', family), ...loadPort(FIRST + addressRegisters(family))];
}

/** Loads the address that the flow's client asked for; other families' flows do not go on. */
export function loadAskedAddress(family: Family): Expression {
  return { kind: 'ct', key: ORIGINAL[family], direction: 'original', destination: FIRST };
}

/** Loads the protocol, and the port that the flow's client asked for. */
export function loadAskedPort(): readonly Expression[] {
  return [
    { kind: 'meta', key: 'l4proto', destination: FIRST },
    { kind: 'ct', key: 'proto_dst', direction: 'original', destination: FIRST + 1 },
  ];
}

/** Goes on where a set has what was loaded. */
export function isIn(set: string): Expression {
  return { kind: 'lookup', set, setId: 0, source: FIRST, inverted: false };
}

/** Goes on where the routing table says what kind of address that is. */
export function isType(
  end: End,
  type: keyof typeof ADDRESS_TYPES,
  op: 'eq' | 'neq' = 'eq',
): readonly Expression[] {
  const flag = end === 'source' ? 'saddr' : 'daddr';
  return [
    { kind: 'fib', result: 'addrtype', flags: [flag], destination: FIRST },
    { kind: 'cmp', op, source: FIRST, data: hostNumber(ADDRESS_TYPES[type]) },
  ];
}

/** Goes on unless the destination is a loopback address of the family. */
export function notToLoopback(family: Family): readonly Expression[] {
  const load = loadAddress('destination', family);
  if (family === 'IPv6') {
    return [load, { kind: 'cmp', op: 'neq', source: FIRST, data: ipBytes('::1') }];
  }
  const [mask, xor] = [ipBytes('255.0.0.0'), ipBytes('0.0.0.0')];
  return [
    load,
    { kind: 'bitwise', source: FIRST, destination: FIRST, mask, xor },
    { kind: 'cmp', op: 'neq', source: FIRST, data: ipBytes('127.0.0.0') },
  ];
}

/** Goes on unless the packet came in by an interface; what is sent here came in by none. */
export function notFrom(name: string): readonly Expression[] {
  const data = new Uint8Array(IFNAMSIZ);
  data.set(new TextEncoder().encode(name));
  return [
    { kind: 'meta', key: 'iifname', destination: FIRST },
    { kind: 'cmp', op: 'neq', source: FIRST, data },
  ];
}

/** Goes on where the flow begins with this packet. */
export function isNew(bit: number): readonly Expression[] {
  return hasBit('state', bit, 'neq');
}

/** Goes on where nothing was done to the flow's destination. */
export function isNotLedElsewhere(): readonly Expression[] {
  return hasBit('status', IPS_DST_NAT, 'eq');
}

/** Goes on with TCP. */
export function isTcp(): readonly Expression[] {
  return [
    { kind: 'meta', key: 'l4proto', destination: FIRST },
    { kind: 'cmp', op: 'eq', source: FIRST, data: Uint8Array.of(IPPROTO_TCP) },
  ];
}

/** Decides. */
export function decide(verdict: Verdict): Expression {
  return { kind: 'verdict', verdict };
}

/**
 * Gives the flow an address of this machine for its source.
 *
 * @param address as text; without one it is that of the interface by which the flow leaves.
 */
export function masquerade(family: Family, address: string | undefined): readonly Expression[] {
  if (address === undefined) return [{ kind: 'masquerade', port: 'none', flags: [] }];
  return [
    { kind: 'immediate', destination: FIRST, data: ipBytes(address) },
    {
      kind: 'nat',
      type: 'snat',
      family: family === 'IPv4' ? 'ip' : 'ip6',
      address: { min: FIRST, max: FIRST },
      port: 'none',
      flags: [],
    },
  ];
}

/** `eq` goes on where the bit is not set, `neq` where it is. */
function hasBit(key: 'state' | 'status', bit: number, op: 'eq' | 'neq'): readonly Expression[] {
  return [
    { kind: 'ct', key, direction: 'none', destination: FIRST },
    {
      kind: 'bitwise',
      source: FIRST,
      destination: FIRST,
      mask: hostNumber(bit),
      xor: hostNumber(0),
    },
    { kind: 'cmp', op, source: FIRST, data: hostNumber(0) },
  ];
}
