import type { Writer } from '../../codec/writer.ts';
import { type Fields, numberField } from '../fields.ts';
import { nameOf, numberOf } from '../names.ts';
import { type Register, registerField, writeRegister } from '../register.ts';
import { valueField, writeValue } from '../verdict.ts';

/** How two values are compared: byte by byte, as numbers in network order are. */
const CMP_OPS = ['eq', 'neq', 'lt', 'lte', 'gt', 'gte'] as const;
/** Inside, or outside. */
const RANGE_OPS = ['eq', 'neq'] as const;

/** Goes on with the rule when the comparison holds. */
export interface Cmp {
  readonly kind: 'cmp';
  readonly op: (typeof CMP_OPS)[number];
  readonly source: Register;
  readonly data: Uint8Array;
}

/** Goes on with the rule when the value lies between two others, or is one of them. */
export interface Range {
  readonly kind: 'range';
  readonly op: (typeof RANGE_OPS)[number];
  readonly source: Register;
  readonly first: Uint8Array;
  readonly last: Uint8Array;
}

const NFTA_CMP_SREG = 1;
const NFTA_CMP_OP = 2;
const NFTA_CMP_DATA = 3;
const NFTA_RANGE_SREG = 1;
const NFTA_RANGE_OP = 2;
const NFTA_RANGE_FROM_DATA = 3;
const NFTA_RANGE_TO_DATA = 4;

/** Writes the attributes. */
export function writeCmp(into: Writer, { op, source, data }: Cmp): void {
  writeRegister(into, NFTA_CMP_SREG, source);
  into.u32BEAttribute(NFTA_CMP_OP, numberOf(CMP_OPS, op));
  writeValue(into, NFTA_CMP_DATA, data);
}

/** Reads the attributes. */
export function readCmp(fields: Fields): Cmp | undefined {
  const op = nameOf(CMP_OPS, numberField(fields, NFTA_CMP_OP));
  if (op === undefined) return undefined;
  const source = registerField(fields, NFTA_CMP_SREG);
  return { kind: 'cmp', op, source, data: valueField(fields, NFTA_CMP_DATA) };
}

/** Writes the attributes. */
export function writeRangeCheck(into: Writer, { op, source, first, last }: Range): void {
  writeRegister(into, NFTA_RANGE_SREG, source);
  into.u32BEAttribute(NFTA_RANGE_OP, numberOf(RANGE_OPS, op));
  writeValue(into, NFTA_RANGE_FROM_DATA, first);
  writeValue(into, NFTA_RANGE_TO_DATA, last);
}

/** Reads the attributes. */
export function readRangeCheck(fields: Fields): Range | undefined {
  const op = nameOf(RANGE_OPS, numberField(fields, NFTA_RANGE_OP));
  if (op === undefined) return undefined;
  return {
    kind: 'range',
    op,
    source: registerField(fields, NFTA_RANGE_SREG),
    first: valueField(fields, NFTA_RANGE_FROM_DATA),
    last: valueField(fields, NFTA_RANGE_TO_DATA),
  };
}
