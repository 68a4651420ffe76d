import type { Writer } from '../../codec/writer.ts';
import { type Fields, numberField } from '../fields.ts';
import { nameOf, numberOf } from '../names.ts';
import { type Register, registerField, writeRegister } from '../register.ts';

/** What the kernel knows about a packet besides its bytes: `NFT_META_LEN` and so on. */
export const META_KEYS = [
  'len',
  'protocol',
  'priority',
  'mark',
  'iif',
  'oif',
  'iifname',
  'oifname',
  'iiftype',
  'oiftype',
  'skuid',
  'skgid',
  'nftrace',
  'rtclassid',
  'secmark',
  'nfproto',
  'l4proto',
  'bri_iifname',
  'bri_oifname',
  'pkttype',
  'cpu',
  'iifgroup',
  'oifgroup',
  'cgroup',
  'prandom',
  'secpath',
  'iifkind',
  'oifkind',
  'bri_iifpvid',
  'bri_iifvproto',
  'time_ns',
  'time_day',
  'time_hour',
  'sdif',
  'sdifname',
  'bri_broute',
] as const;

/** One of them. */
type MetaKey = (typeof META_KEYS)[number];

/** Loads what is known about the packet. Numbers are in this machine's order; names fill 16 bytes. */
export interface Meta {
  readonly kind: 'meta';
  readonly key: MetaKey;
  readonly destination: Register;
}

/** Changes what is known about the packet: `mark`, `priority`, `pkttype`, `nftrace`. */
export interface SetMeta {
  readonly kind: 'setMeta';
  readonly key: MetaKey;
  readonly source: Register;
}

const NFTA_META_DREG = 1;
const NFTA_META_KEY = 2;
const NFTA_META_SREG = 3;

/** Writes the attributes. */
export function writeMeta(into: Writer, { key, destination }: Meta): void {
  into.u32BEAttribute(NFTA_META_KEY, numberOf(META_KEYS, key));
  writeRegister(into, NFTA_META_DREG, destination);
}

/** Writes the attributes. */
export function writeSetMeta(into: Writer, { key, source }: SetMeta): void {
  into.u32BEAttribute(NFTA_META_KEY, numberOf(META_KEYS, key));
  writeRegister(into, NFTA_META_SREG, source);
}

/** Reads either of the two. */
export function readMeta(fields: Fields): Meta | SetMeta | undefined {
  const key = nameOf(META_KEYS, numberField(fields, NFTA_META_KEY));
  if (key === undefined) return undefined;
  return fields.has(NFTA_META_DREG)
    ? { kind: 'meta', key, destination: registerField(fields, NFTA_META_DREG) }
    : { kind: 'setMeta', key, source: registerField(fields, NFTA_META_SREG) };
}
