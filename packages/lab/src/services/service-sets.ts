import { FAMILIES, type Family, type IpAddress, type Protocol } from '@ringfence/core';
import {
  datatypeNumber,
  type NftDatatype,
  type NftSet,
  type SetData,
  type SetFlag,
  type SetKey,
  type SetReference,
} from '@ringfence/netlink';
import { addressBytes, addressRegisters } from './expressions.ts';

/** The table of the lab in each node's namespace; agents have one of their own beside it. */
export const TABLE = { family: 'inet', name: 'ringfence-lab' } as const;

/** What a set of the table is for; each is there once in each family. */
export type SetRole =
  /** Cluster addresses and ports that lead nowhere on this node, and are not refused. */
  | 'closed-portals'
  /** Node ports that lead nowhere on this node, and are not refused. */
  | 'closed-node-ports'
  | 'refused-node-ports'
  /** Node ports whose backends see this node in the client's place. */
  | 'masqueraded-node-ports'
  | 'cluster-addresses'
  /** Endpoints, twice each: source and destination of who reaches itself. */
  | 'hairpins'
  | 'pod-ranges'
  /** Pods that have an address outside of all ranges. */
  | 'pods'
  | 'nodes'
  | 'service-ranges';

/** What clients ask for that leads somewhere. */
export type LeadingRole =
  /** Cluster addresses and ports. */
  | 'portals'
  /** Node ports that lead this node and its pods to other endpoints than everybody else. */
  | 'inner-node-ports'
  | 'node-ports';

/** A map of what clients ask for to endpoints: to so many each, of which chance chooses one. */
export interface LeadingMap {
  readonly role: LeadingRole;
  readonly family: Family;
  readonly count: number;
}

type Field = 'address' | 'protocol' | 'port' | 'number';

interface Shape {
  readonly key: readonly Field[];
  /** In maps. */
  readonly data?: readonly Field[];
  readonly flags?: readonly SetFlag[];
}

const PORT = ['protocol', 'port'] as const;
const PORTAL = ['address', ...PORT] as const;
const ADDRESSES: Shape = { key: ['address'] };
const RANGES: Shape = { key: ['address'], flags: ['interval'] };

const SHAPES: Readonly<Record<SetRole, Shape>> = {
  'closed-portals': { key: PORTAL },
  'closed-node-ports': { key: PORT },
  'refused-node-ports': { key: PORT },
  'masqueraded-node-ports': { key: PORT },
  'cluster-addresses': ADDRESSES,
  hairpins: { key: ['address', 'address'] },
  'pod-ranges': RANGES,
  pods: ADDRESSES,
  nodes: ADDRESSES,
  'service-ranges': RANGES,
};

/** As in IP headers. */
export const PROTOCOL_NUMBERS: Readonly<Record<Protocol, number>> = { TCP: 6, UDP: 17, SCTP: 132 };
const REGISTER_BYTES = 4;

/** The name of a set, or of the chain that leads. */
export function setName(role: SetRole | LeadingRole, family: Family): string {
  return named(role, family);
}

function named(role: string, family: Family): string {
  return `${role}${family === 'IPv4' ? '4' : '6'}`;
}

/** A set of the table, as changes of its elements name it. */
export function setOf(role: SetRole, family: Family): SetReference {
  return referenceTo(setName(role, family));
}

/** A set or map of the table by its name. */
export function referenceTo(name: string): SetReference {
  return { family: TABLE.family, table: TABLE.name, name };
}

/** The name of a map that leads. */
export function leadingName({ role, family, count }: LeadingMap): string {
  return `${named(role, family)}-${count}`;
}

/** A map that leads: its keys end with a number by chance, below the count. */
export function leadingMap(map: LeadingMap): NftSet {
  const asked = map.role === 'portals' ? PORTAL : PORT;
  const shape: Shape = { key: [...asked, 'number'], data: ['address', 'port'] };
  return { ...shaped('', shape, map.family), name: leadingName(map) };
}

/** All sets that the table has from the beginning. */
export function allSets(): readonly NftSet[] {
  return FAMILIES.flatMap((family) =>
    Object.entries(SHAPES).map(([role, shape]) => shaped(role, shape, family)),
  );
}

function shaped(role: string, { key, data, flags = [] }: Shape, family: Family): NftSet {
  return {
    family: TABLE.family,
    table: TABLE.name,
    name: named(role, family),
    flags,
    key: {
      ...valueOf(key, family),
      fields: key.length > 1 ? key.map((field) => fieldBytes(field, family)) : [],
    },
    data: dataOf(data, family),
    timeoutMs: 0,
    gcIntervalMs: 0,
    size: 0,
    policy: 'performance',
    expressions: [],
    comment: '',
  };
}

function dataOf(data: Shape['data'], family: Family): SetData {
  if (data === undefined) return { kind: 'none' };
  return { kind: 'value', ...valueOf(data, family) };
}

function valueOf(fields: readonly Field[], family: Family): Omit<SetKey, 'fields'> {
  return {
    type: datatypeNumber(...fields.map((field) => datatype(field, family))),
    length: fields.reduce((sum, field) => sum + padded(fieldBytes(field, family)), 0),
    byteOrder: 'unstated',
  };
}

/** A key of protocol and port, as registers have them: each begins at a multiple of four bytes. */
export function portKey(protocol: Protocol, port: number): Uint8Array {
  return Uint8Array.of(PROTOCOL_NUMBERS[protocol], 0, 0, 0, port >> 8, port & 255, 0, 0);
}

/** An address and a port as registers have them. */
export function endpointBytes(address: IpAddress, port: number): Uint8Array {
  return joined(addressBytes(address), Uint8Array.of(port >> 8, port & 255, 0, 0));
}

/** Bytes one after the other; in a key each part must be a multiple of four. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function fieldBytes(field: Field, family: Family): number {
  if (field === 'address') return addressRegisters(family) * REGISTER_BYTES;
  if (field === 'number') return REGISTER_BYTES;
  return field === 'protocol' ? 1 : 2;
}

function datatype(field: Field, family: Family): NftDatatype {
  if (field === 'address') return family === 'IPv4' ? 'ipv4_addr' : 'ipv6_addr';
  // What nft has for numbers of four bytes.
  if (field === 'number') return 'mark';
  return field === 'protocol' ? 'inet_proto' : 'inet_service';
}

function padded(length: number): number {
  return Math.ceil(length / REGISTER_BYTES) * REGISTER_BYTES;
}
