import type { Writer } from '../../codec/writer.ts';
import { type Fields, numberField, textField } from '../fields.ts';
import { NFT_REG_VERDICT, type Register, registerField, writeRegister } from '../register.ts';

/** A set as rules name it. */
export interface SetUse {
  readonly set: string;
  /**
   * For anonymous sets, whose names the kernel gives: the number that the change which makes it has.
   * Else 0; the kernel never tells it.
   */
  readonly setId: number;
}

/** Goes on with the rule when a set has an element, or when it has none. */
export interface Lookup extends SetUse {
  readonly kind: 'lookup';
  readonly source: Register;
  readonly inverted: boolean;
}

/** Loads what a map has for a key, or stops the rule when it has nothing. */
export interface MapLookup extends SetUse {
  readonly kind: 'map';
  readonly source: Register;
  /** `NFT_REG_VERDICT` for a map of verdicts. */
  readonly destination: Register;
}

const NFTA_LOOKUP_SET = 1;
const NFTA_LOOKUP_SREG = 2;
const NFTA_LOOKUP_DREG = 3;
const NFTA_LOOKUP_SET_ID = 4;
const NFTA_LOOKUP_FLAGS = 5;
const NFT_LOOKUP_F_INV = 1;

/** Writes the attributes. */
export function writeLookup(into: Writer, { source, inverted, ...use }: Lookup): void {
  writeUse(into, use);
  writeRegister(into, NFTA_LOOKUP_SREG, source);
  into.u32BEAttribute(NFTA_LOOKUP_FLAGS, inverted ? NFT_LOOKUP_F_INV : 0);
}

/** Writes the attributes. */
export function writeMapLookup(into: Writer, { source, destination, ...use }: MapLookup): void {
  writeUse(into, use);
  writeRegister(into, NFTA_LOOKUP_SREG, source);
  if (destination !== NFT_REG_VERDICT) writeRegister(into, NFTA_LOOKUP_DREG, destination);
  else into.u32BEAttribute(NFTA_LOOKUP_DREG, NFT_REG_VERDICT);
}

/** Reads either of the two. */
export function readLookup(fields: Fields): Lookup | MapLookup {
  const set = textField(fields, NFTA_LOOKUP_SET);
  const source = registerField(fields, NFTA_LOOKUP_SREG);
  if (fields.has(NFTA_LOOKUP_DREG)) {
    const destination = registerField(fields, NFTA_LOOKUP_DREG);
    return { kind: 'map', set, setId: 0, source, destination };
  }
  const inverted = (numberField(fields, NFTA_LOOKUP_FLAGS, 0) & NFT_LOOKUP_F_INV) !== 0;
  return { kind: 'lookup', set, setId: 0, source, inverted };
}

function writeUse(into: Writer, { set, setId }: SetUse): void {
  into.stringAttribute(NFTA_LOOKUP_SET, set);
  if (setId !== 0) into.u32BEAttribute(NFTA_LOOKUP_SET_ID, setId);
}
