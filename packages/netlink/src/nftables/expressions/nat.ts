import type { Writer } from '../../codec/writer.ts';
import { type Family, familyNumber, familyOf } from '../family.ts';
import { type Fields, numberField } from '../fields.ts';
import { bitsOf, flagsOf, nameOf, numberOf } from '../names.ts';
import { rangeField, type RegisterRange, writeRange } from '../register.ts';

/** Which address is changed. */
const NAT_TYPES = ['snat', 'dnat'] as const;

/** The bits `NF_NAT_RANGE_MAP_IPS` and so on; the first two follow from what else is said. */
const NAT_FLAGS = [
  'map_ips',
  'proto_specified',
  'proto_random',
  'persistent',
  'proto_random_fully',
  'proto_offset',
  'netmap',
] as const;

/** How an address and a port are chosen. */
type NatFlag = Exclude<(typeof NAT_FLAGS)[number], 'map_ips' | 'proto_specified'>;

/** Changes addresses and ports of the flow to what registers hold. */
export interface Nat {
  readonly kind: 'nat';
  readonly type: (typeof NAT_TYPES)[number];
  readonly family: Family;
  readonly address: RegisterRange;
  readonly port: RegisterRange;
  readonly flags: readonly NatFlag[];
}

/** Changes the source address to that of the interface that the packet leaves by. */
export interface Masquerade {
  readonly kind: 'masquerade';
  readonly port: RegisterRange;
  readonly flags: readonly NatFlag[];
}

/** Changes the destination address to this machine's. */
export interface Redirect {
  readonly kind: 'redirect';
  readonly port: RegisterRange;
  readonly flags: readonly NatFlag[];
}

const NFTA_NAT_TYPE = 1;
const NFTA_NAT_FAMILY = 2;
const NAT_ADDRESS = { min: 3, max: 4 } as const;
const NAT_PORT = { min: 5, max: 6 } as const;
const NFTA_NAT_FLAGS = 7;
const NFTA_MASQ_FLAGS = 1;
const MASQ_PORT = { min: 2, max: 3 } as const;
const REDIR_PORT = { min: 1, max: 2 } as const;
const NFTA_REDIR_FLAGS = 3;

/** Writes the attributes. */
export function writeNat(into: Writer, { type, family, address, port, flags }: Nat): void {
  into.u32BEAttribute(NFTA_NAT_TYPE, numberOf(NAT_TYPES, type));
  into.u32BEAttribute(NFTA_NAT_FAMILY, familyNumber(family));
  writeRange(into, NAT_ADDRESS, address);
  writeRange(into, NAT_PORT, port);
  writeFlags(into, NFTA_NAT_FLAGS, flags);
}

/** Reads the attributes. */
export function readNat(fields: Fields): Nat | undefined {
  const type = nameOf(NAT_TYPES, numberField(fields, NFTA_NAT_TYPE));
  const flags = natFlags(fields, NFTA_NAT_FLAGS);
  if (type === undefined || flags === undefined) return undefined;
  const family = familyOf(numberField(fields, NFTA_NAT_FAMILY));
  const address = rangeField(fields, NAT_ADDRESS);
  return { kind: 'nat', type, family, address, port: rangeField(fields, NAT_PORT), flags };
}

/** Writes the attributes. */
export function writeMasquerade(into: Writer, { port, flags }: Masquerade): void {
  writeFlags(into, NFTA_MASQ_FLAGS, flags);
  writeRange(into, MASQ_PORT, port);
}

/** Reads the attributes. */
export function readMasquerade(fields: Fields): Masquerade | undefined {
  const flags = natFlags(fields, NFTA_MASQ_FLAGS);
  if (flags === undefined) return undefined;
  return { kind: 'masquerade', port: rangeField(fields, MASQ_PORT), flags };
}

/** Writes the attributes. */
export function writeRedirect(into: Writer, { port, flags }: Redirect): void {
  writeRange(into, REDIR_PORT, port);
  writeFlags(into, NFTA_REDIR_FLAGS, flags);
}

/** Reads the attributes. */
export function readRedirect(fields: Fields): Redirect | undefined {
  const flags = natFlags(fields, NFTA_REDIR_FLAGS);
  if (flags === undefined) return undefined;
  return { kind: 'redirect', port: rangeField(fields, REDIR_PORT), flags };
}

function writeFlags(into: Writer, type: number, flags: readonly NatFlag[]): void {
  if (flags.length > 0) into.u32BEAttribute(type, bitsOf(NAT_FLAGS, flags));
}

function natFlags(fields: Fields, type: number): readonly NatFlag[] | undefined {
  return flagsOf(NAT_FLAGS, numberField(fields, type, 0))?.filter(
    (flag) => flag !== 'map_ips' && flag !== 'proto_specified',
  );
}
