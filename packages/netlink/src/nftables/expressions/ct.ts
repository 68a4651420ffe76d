import type { Writer } from '../../codec/writer.ts';
import { type Fields, numberField } from '../fields.ts';
import { nameOf, numberOf } from '../names.ts';
import { type Register, registerField, writeRegister } from '../register.ts';

/** What connection tracking knows about a packet's flow: `NFT_CT_STATE` and so on. */
export const CT_KEYS = [
  'state',
  'direction',
  'status',
  'mark',
  'secmark',
  'expiration',
  'helper',
  'l3protocol',
  'src',
  'dst',
  'protocol',
  'proto_src',
  'proto_dst',
  'labels',
  'pkts',
  'bytes',
  'avgpkt',
  'zone',
  'eventmask',
  'src_ip',
  'dst_ip',
  'src_ip6',
  'dst_ip6',
  'id',
] as const;

/** The bits of `ct state`. */
export const CT_STATE = {
  invalid: 1,
  established: 2,
  related: 4,
  new: 8,
  untracked: 64,
} as const;

/** One of the keys. */
type CtKey = (typeof CT_KEYS)[number];

/** Addresses and ports are those of a direction; what the whole flow has is of none. */
type CtDirection = 'original' | 'reply' | 'none';

/** Loads what is known about the flow. */
export interface Ct {
  readonly kind: 'ct';
  readonly key: CtKey;
  readonly direction: CtDirection;
  readonly destination: Register;
}

/** Changes what is known about the flow: `mark`, `labels`, `zone`, `eventmask`. */
export interface SetCt {
  readonly kind: 'setCt';
  readonly key: CtKey;
  readonly direction: CtDirection;
  readonly source: Register;
}

const DIRECTIONS = ['original', 'reply'] as const;
const NFTA_CT_DREG = 1;
const NFTA_CT_KEY = 2;
const NFTA_CT_DIRECTION = 3;
const NFTA_CT_SREG = 4;

/** Writes the attributes. */
export function writeCt(into: Writer, { key, direction, destination }: Ct): void {
  writeRegister(into, NFTA_CT_DREG, destination);
  writeKey(into, key, direction);
}

/** Writes the attributes. */
export function writeSetCt(into: Writer, { key, direction, source }: SetCt): void {
  writeRegister(into, NFTA_CT_SREG, source);
  writeKey(into, key, direction);
}

/** Reads either of the two. */
export function readCt(fields: Fields): Ct | SetCt | undefined {
  const key = nameOf(CT_KEYS, numberField(fields, NFTA_CT_KEY));
  const direction = fields.has(NFTA_CT_DIRECTION)
    ? nameOf(DIRECTIONS, numberField(fields, NFTA_CT_DIRECTION))
    : 'none';
  if (key === undefined || direction === undefined) return undefined;
  return fields.has(NFTA_CT_DREG)
    ? { kind: 'ct', key, direction, destination: registerField(fields, NFTA_CT_DREG) }
    : { kind: 'setCt', key, direction, source: registerField(fields, NFTA_CT_SREG) };
}

function writeKey(into: Writer, key: CtKey, direction: CtDirection): void {
  into.u32BEAttribute(NFTA_CT_KEY, numberOf(CT_KEYS, key));
  if (direction === 'none') return;
  into.u8Attribute(NFTA_CT_DIRECTION, numberOf(DIRECTIONS, direction));
}
