import type { Writer } from '../../codec/writer.ts';
import { type Fields, numberField } from '../fields.ts';
import { nameOf, numberOf } from '../names.ts';
import { type Register, registerField, writeRegister } from '../register.ts';

/** Where the number comes from. */
const NUMGEN_TYPES = ['incremental', 'random'] as const;

/** Loads a number from `offset` on, below `offset + modulus`. */
export interface Numgen {
  readonly kind: 'numgen';
  readonly type: (typeof NUMGEN_TYPES)[number];
  readonly modulus: number;
  readonly offset: number;
  readonly destination: Register;
}

const NFTA_NG_DREG = 1;
const NFTA_NG_MODULUS = 2;
const NFTA_NG_TYPE = 3;
const NFTA_NG_OFFSET = 4;

/** Writes the attributes. */
export function writeNumgen(into: Writer, { type, modulus, offset, destination }: Numgen): void {
  writeRegister(into, NFTA_NG_DREG, destination);
  into.u32BEAttribute(NFTA_NG_MODULUS, modulus);
  into.u32BEAttribute(NFTA_NG_TYPE, numberOf(NUMGEN_TYPES, type));
  into.u32BEAttribute(NFTA_NG_OFFSET, offset);
}

/** Reads the attributes. */
export function readNumgen(fields: Fields): Numgen | undefined {
  const type = nameOf(NUMGEN_TYPES, numberField(fields, NFTA_NG_TYPE));
  if (type === undefined) return undefined;
  return {
    kind: 'numgen',
    type,
    modulus: numberField(fields, NFTA_NG_MODULUS),
    offset: numberField(fields, NFTA_NG_OFFSET, 0),
    destination: registerField(fields, NFTA_NG_DREG),
  };
}
