import { type Family, type IpAddress, unreachable } from '@ringfence/core';
import { ICMP, ICMPV6, TCP } from '../ruleset/numbers.ts';
import { type Field, type HeaderMatch, isHeaderMatch, type Match } from '../ruleset/ruleset.ts';
import type { KeyValue, Lookup } from './lookup.ts';
import type { Packet } from './packet.ts';

/** What rules change as they go. */
export interface State {
  readonly identity: number;
  readonly mark: number;
}

/** Whether a match holds. */
export function matchHolds(
  match: Match,
  packet: Packet,
  state: State,
  lookups: ReadonlyMap<string, Lookup>,
): boolean {
  if (isHeaderMatch(match)) return headerHolds(match, packet);
  switch (match.kind) {
    case 'family':
      return isIp(packet) && packet.source.family === match.family;
    case 'interfacePrefix':
      return packet[match.field].startsWith(match.prefix);
    case 'interfaceIsNot':
      return packet[match.field] !== match.name;
    case 'inSet': {
      const lookup = lookups.get(match.set);
      if (lookup === undefined) throw new Error(`no set ${match.set}`);
      const key = keyIn(match.key, packet, state);
      return key !== undefined && lookup(key) !== undefined;
    }
    case 'identity':
      return (state.identity === match.number) === (match.is === 'equal');
    case 'mark': {
      const equal = (state.mark & match.mask) >>> 0 === match.value;
      return isTracked(packet) && equal === (match.is === 'equal');
    }
    case 'state':
      return match.states.includes(packet.connection.state);
    case 'reply':
      return isTracked(packet) && packet.connection.direction === 'reply';
    default:
      return unreachable(match);
  }
}

/** The kernel looks through a VLAN's tag for it. */
function isIp({ frame }: Packet): boolean {
  return frame.carries === 'ip';
}

function isTracked({ connection: { state } }: Packet): boolean {
  return state !== 'untracked' && state !== 'invalid';
}

function hasPrefix(
  { family, value }: Packet['source'],
  { first, length }: { readonly first: bigint; readonly length: number },
): boolean {
  if (family !== 'IPv6') return false;
  const hostBits = BigInt(128 - length);
  return value >> hostBits === first >> hostBits;
}

function headerHolds(match: HeaderMatch, packet: Packet): boolean {
  const { frame } = packet;
  if (match.kind === 'toMany') return frame.cast === 'many';
  if (match.kind === 'otherEtherType') return frame.tagged || frame.carries === 'other';
  if (!isIp(packet)) return false;
  return isOfIpHeader(match) ? ipHeaderHolds(match, packet) : contentHolds(match, packet);
}

const IP_HEADER_KINDS = ['prefix6', 'hopLimit6', 'options4', 'sourceRoute4'] as const;

type IpHeaderMatch = Extract<HeaderMatch, { readonly kind: (typeof IP_HEADER_KINDS)[number] }>;

function isOfIpHeader(match: HeaderMatch): match is IpHeaderMatch {
  return IP_HEADER_KINDS.some((kind) => kind === match.kind);
}

function ipHeaderHolds(match: IpHeaderMatch, packet: Packet): boolean {
  switch (match.kind) {
    case 'prefix6':
      return hasPrefix(packet[match.field === 'source6' ? 'source' : 'destination'], match);
    case 'hopLimit6':
      return packet.source.family === 'IPv6' && packet.hops === match.hops;
    case 'options4':
    case 'sourceRoute4':
      // INVARIANT: packets that are traced have no options.
      return false;
    default:
      return unreachable(match);
  }
}

/** Of what is behind the IP header. */
function contentHolds(
  match: Exclude<HeaderMatch, IpHeaderMatch | { readonly kind: 'toMany' | 'otherEtherType' }>,
  packet: Packet,
): boolean {
  const { payload } = packet;
  switch (match.kind) {
    case 'protocol':
      return match.protocols.includes(protocolOf(packet));
    case 'destinationPort':
      return (
        payload.kind === 'ports' &&
        payload.protocol === match.protocol &&
        match.ports.includes(payload.destinationPort)
      );
    case 'icmpType':
      return (
        payload.kind === 'icmp' &&
        packet.source.family === match.family &&
        match.types.includes(payload.type)
      );
    case 'notSyn':
      return payload.kind === 'ports' && payload.protocol === TCP && !payload.syn;
    default:
      return unreachable(match);
  }
}

/** The packet's IP protocol number. */
function protocolOf({ payload, source }: Packet): number {
  if (payload.kind !== 'icmp') return payload.protocol;
  return source.family === 'IPv4' ? ICMP : ICMPV6;
}

/** What the packet has in some fields; `undefined` where it lacks one. */
export function keyIn(
  fields: readonly Field[],
  packet: Packet,
  state: State,
): readonly KeyValue[] | undefined {
  const values: KeyValue[] = [];
  for (const field of fields) {
    const value = valueOf(field, packet, state);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

function valueOf(field: Field, packet: Packet, state: State): KeyValue | undefined {
  if (isEnd(field)) return endIn(packet, ...ENDS[field]);
  const { source, destination } = packet;
  switch (field) {
    case 'inputInterface':
    case 'outputInterface':
      return packet[field];
    case 'identity':
      return state.identity;
    case 'arpSource4':
      return arpSourceIn(packet);
    case 'target6':
      return targetIn(packet);
    case 'source4':
      return addressIn(packet, 'IPv4', source);
    case 'source6':
      return addressIn(packet, 'IPv6', source);
    case 'destination4':
      return addressIn(packet, 'IPv4', destination);
    case 'destination6':
      return addressIn(packet, 'IPv6', destination);
    case 'protocol':
    case 'sourcePort':
    case 'destinationPort':
      return isIp(packet) ? transportIn(field, packet) : undefined;
    default:
      return unreachable(field);
  }
}

function addressIn(packet: Packet, family: Family, address: IpAddress): KeyValue | undefined {
  return isIp(packet) && address.family === family ? address.value : undefined;
}

type End = 'caller4' | 'caller6' | 'called4' | 'called6';

const ENDS: Readonly<Record<End, readonly [Family, 'caller' | 'called']>> = {
  caller4: ['IPv4', 'caller'],
  caller6: ['IPv6', 'caller'],
  called4: ['IPv4', 'called'],
  called6: ['IPv6', 'called'],
};

function isEnd(field: Field): field is End {
  return field in ENDS;
}

/** An end of the connection: without one there is none. */
function endIn(packet: Packet, family: Family, end: 'caller' | 'called'): KeyValue | undefined {
  if (!isTracked(packet)) return undefined;
  const { connection, source, destination } = packet;
  const isSource = (connection.direction === 'original') === (end === 'caller');
  return addressIn(packet, family, connection[end] ?? (isSource ? source : destination));
}

function arpSourceIn({ frame, source }: Packet): number | undefined {
  return frame.carries === 'arp' && !frame.tagged && source.family === 'IPv4'
    ? source.value
    : undefined;
}

function targetIn(packet: Packet): KeyValue | undefined {
  const { payload } = packet;
  if (payload.kind !== 'icmp' || payload.target === undefined) return undefined;
  return addressIn(packet, 'IPv6', payload.target);
}

/** The kernel reads the bytes where ports would be: of ICMP its type and code, then its checksum. */
function transportIn(
  field: 'protocol' | 'sourcePort' | 'destinationPort',
  packet: Packet,
): number | undefined {
  const { payload } = packet;
  if (field === 'protocol') return protocolOf(packet);
  if (payload.kind === 'ports') return payload[field];
  if (payload.kind === 'other') return undefined;
  return field === 'sourcePort' ? payload.type * 256 + payload.code : 0;
}
