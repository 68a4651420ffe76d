import type { Writer } from '../../codec/writer.ts';
import { type Fields, numberField } from '../fields.ts';
import { nameOf, numberOf } from '../names.ts';

/** With what a sender is told; `icmpx_unreach` is what its kind of IP has. */
const REJECT_TYPES = ['icmp_unreach', 'tcp_rst', 'icmpx_unreach'] as const;

/** The codes of `icmpx_unreach`. */
export const ICMPX_CODES = {
  no_route: 0,
  port_unreach: 1,
  host_unreach: 2,
  admin_prohibited: 3,
} as const;

/** Drops the packet and tells its sender. */
export interface Reject {
  readonly kind: 'reject';
  readonly type: (typeof REJECT_TYPES)[number];
  /** 0 for `tcp_rst`. */
  readonly code: number;
}

const NFTA_REJECT_TYPE = 1;
const NFTA_REJECT_ICMP_CODE = 2;

/** Writes the attributes. */
export function writeReject(into: Writer, { type, code }: Reject): void {
  into.u32BEAttribute(NFTA_REJECT_TYPE, numberOf(REJECT_TYPES, type));
  if (type !== 'tcp_rst') into.u8Attribute(NFTA_REJECT_ICMP_CODE, code);
}

/** Reads the attributes. */
export function readReject(fields: Fields): Reject | undefined {
  const type = nameOf(REJECT_TYPES, numberField(fields, NFTA_REJECT_TYPE));
  if (type === undefined) return undefined;
  return { kind: 'reject', type, code: numberField(fields, NFTA_REJECT_ICMP_CODE, 0) };
}
