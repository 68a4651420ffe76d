import type { Writer } from '../../codec/writer.ts';
import { type Fields, numberField } from '../fields.ts';
import { nameOf, numberOf } from '../names.ts';
import { type Register, registerField, writeRegister } from '../register.ts';

/** From network order, or to it. */
const BYTEORDER_OPS = ['ntoh', 'hton'] as const;

/** Turns the bytes of numbers round. */
export interface Byteorder {
  readonly kind: 'byteorder';
  readonly op: (typeof BYTEORDER_OPS)[number];
  readonly source: Register;
  readonly destination: Register;
  /** All bytes. */
  readonly length: number;
  /** Those of one number: 2, 4 or 8. */
  readonly size: number;
}

const NFTA_BYTEORDER_SREG = 1;
const NFTA_BYTEORDER_DREG = 2;
const NFTA_BYTEORDER_OP = 3;
const NFTA_BYTEORDER_LEN = 4;
const NFTA_BYTEORDER_SIZE = 5;

/** Writes the attributes. */
export function writeByteorder(into: Writer, order: Byteorder): void {
  writeRegister(into, NFTA_BYTEORDER_SREG, order.source);
  writeRegister(into, NFTA_BYTEORDER_DREG, order.destination);
  into.u32BEAttribute(NFTA_BYTEORDER_OP, numberOf(BYTEORDER_OPS, order.op));
  into.u32BEAttribute(NFTA_BYTEORDER_LEN, order.length);
  into.u32BEAttribute(NFTA_BYTEORDER_SIZE, order.size);
}

/** Reads the attributes. */
export function readByteorder(fields: Fields): Byteorder | undefined {
  const op = nameOf(BYTEORDER_OPS, numberField(fields, NFTA_BYTEORDER_OP));
  if (op === undefined) return undefined;
  return {
    kind: 'byteorder',
    op,
    source: registerField(fields, NFTA_BYTEORDER_SREG),
    destination: registerField(fields, NFTA_BYTEORDER_DREG),
    length: numberField(fields, NFTA_BYTEORDER_LEN),
    size: numberField(fields, NFTA_BYTEORDER_SIZE),
  };
}
