import type { Writer } from '../../codec/writer.ts';
import type { Fields } from '../fields.ts';
import { NFT_REG_VERDICT, type Register, registerField, writeRegister } from '../register.ts';
import { dataIn, type Verdict, writeValue, writeVerdict } from '../verdict.ts';

/** Loads a value that the rule has. */
export interface Immediate {
  readonly kind: 'immediate';
  readonly destination: Register;
  readonly data: Uint8Array;
}

/** Decides about the packet. */
export interface Decide {
  readonly kind: 'verdict';
  readonly verdict: Verdict;
}

const NFTA_IMMEDIATE_DREG = 1;
const NFTA_IMMEDIATE_DATA = 2;

/** Writes the attributes. */
export function writeImmediate(into: Writer, { destination, data }: Immediate): void {
  writeRegister(into, NFTA_IMMEDIATE_DREG, destination);
  writeValue(into, NFTA_IMMEDIATE_DATA, data);
}

/** Writes the attributes. */
export function writeDecide(into: Writer, { verdict }: Decide): void {
  into.u32BEAttribute(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
  writeVerdict(into, NFTA_IMMEDIATE_DATA, verdict);
}

/** Reads either of the two. */
export function readImmediate(fields: Fields): Immediate | Decide | undefined {
  const bytes = fields.get(NFTA_IMMEDIATE_DATA);
  if (bytes === undefined) return undefined;
  const data = dataIn(bytes);
  if (!(data instanceof Uint8Array)) return { kind: 'verdict', verdict: data };
  return { kind: 'immediate', destination: registerField(fields, NFTA_IMMEDIATE_DREG), data };
}
