import type { Writer } from '../../codec/writer.ts';
import { type Fields, numberField } from '../fields.ts';
import { nameOf, numberOf } from '../names.ts';
import { type Register, registerField, writeRegister } from '../register.ts';

/** Of what the header or the option is. */
const EXTHDR_OPS = ['ipv6', 'tcpopt', 'ipv4', 'sctp', 'dccp'] as const;

/** Loads a part of an extension header or of an option, or whether there is one. */
export interface Exthdr {
  readonly kind: 'exthdr';
  readonly op: (typeof EXTHDR_OPS)[number];
  /** The header's or the option's number. */
  readonly type: number;
  readonly offset: number;
  readonly length: number;
  /** Loads 1 when it is there and 0 when not, instead of stopping the rule. */
  readonly present: boolean;
  readonly destination: Register;
}

const NFTA_EXTHDR_DREG = 1;
const NFTA_EXTHDR_TYPE = 2;
const NFTA_EXTHDR_OFFSET = 3;
const NFTA_EXTHDR_LEN = 4;
const NFTA_EXTHDR_FLAGS = 5;
const NFTA_EXTHDR_OP = 6;
const NFT_EXTHDR_F_PRESENT = 1;

/** Writes the attributes. */
export function writeExthdr(into: Writer, header: Exthdr): void {
  writeRegister(into, NFTA_EXTHDR_DREG, header.destination);
  into.u8Attribute(NFTA_EXTHDR_TYPE, header.type);
  into.u32BEAttribute(NFTA_EXTHDR_OFFSET, header.offset);
  into.u32BEAttribute(NFTA_EXTHDR_LEN, header.length);
  into.u32BEAttribute(NFTA_EXTHDR_FLAGS, header.present ? NFT_EXTHDR_F_PRESENT : 0);
  into.u32BEAttribute(NFTA_EXTHDR_OP, numberOf(EXTHDR_OPS, header.op));
}

/** Reads one that loads; those that change options have no destination and stay unknown. */
export function readExthdr(fields: Fields): Exthdr | undefined {
  const op = nameOf(EXTHDR_OPS, numberField(fields, NFTA_EXTHDR_OP, 0));
  if (op === undefined || !fields.has(NFTA_EXTHDR_DREG)) return undefined;
  return {
    kind: 'exthdr',
    op,
    type: numberField(fields, NFTA_EXTHDR_TYPE),
    offset: numberField(fields, NFTA_EXTHDR_OFFSET),
    length: numberField(fields, NFTA_EXTHDR_LEN),
    present: (numberField(fields, NFTA_EXTHDR_FLAGS, 0) & NFT_EXTHDR_F_PRESENT) !== 0,
    destination: registerField(fields, NFTA_EXTHDR_DREG),
  };
}
