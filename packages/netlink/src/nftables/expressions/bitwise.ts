import { Buffer } from 'node:buffer';
import type { Writer } from '../../codec/writer.ts';
import { type Fields, numberField } from '../fields.ts';
import { type Register, registerField, writeRegister } from '../register.ts';
import { valueField, writeValue } from '../verdict.ts';

/** Keeps the bits of a mask, then turns those of `xor`: all three are equally long. */
export interface Bitwise {
  readonly kind: 'bitwise';
  readonly source: Register;
  readonly destination: Register;
  readonly mask: Uint8Array;
  readonly xor: Uint8Array;
}

/** Moves bits, as in numbers of this machine's order. */
export interface Shift {
  readonly kind: 'shift';
  readonly direction: 'left' | 'right';
  readonly source: Register;
  readonly destination: Register;
  readonly length: number;
  readonly bits: number;
}

const NFTA_BITWISE_SREG = 1;
const NFTA_BITWISE_DREG = 2;
const NFTA_BITWISE_LEN = 3;
const NFTA_BITWISE_MASK = 4;
const NFTA_BITWISE_XOR = 5;
const NFTA_BITWISE_OP = 6;
const NFTA_BITWISE_DATA = 7;
const NFT_BITWISE_MASK_XOR = 0;
const NFT_BITWISE_LSHIFT = 1;
const NFT_BITWISE_RSHIFT = 2;

/** Writes the attributes. */
export function writeBitwise(into: Writer, { source, destination, mask, xor }: Bitwise): void {
  writeRegister(into, NFTA_BITWISE_SREG, source);
  writeRegister(into, NFTA_BITWISE_DREG, destination);
  into.u32BEAttribute(NFTA_BITWISE_LEN, mask.length);
  into.u32BEAttribute(NFTA_BITWISE_OP, NFT_BITWISE_MASK_XOR);
  writeValue(into, NFTA_BITWISE_MASK, mask);
  writeValue(into, NFTA_BITWISE_XOR, xor);
}

/** Writes the attributes. */
export function writeShift(into: Writer, shift: Shift): void {
  const op = shift.direction === 'left' ? NFT_BITWISE_LSHIFT : NFT_BITWISE_RSHIFT;
  const bits = Buffer.alloc(4);
  bits.writeUInt32LE(shift.bits);
  writeRegister(into, NFTA_BITWISE_SREG, shift.source);
  writeRegister(into, NFTA_BITWISE_DREG, shift.destination);
  into.u32BEAttribute(NFTA_BITWISE_LEN, shift.length).u32BEAttribute(NFTA_BITWISE_OP, op);
  writeValue(into, NFTA_BITWISE_DATA, bits);
}

/** Reads either of the two; newer kernels have more operations. */
export function readBitwise(fields: Fields): Bitwise | Shift | undefined {
  const op = numberField(fields, NFTA_BITWISE_OP, NFT_BITWISE_MASK_XOR);
  if (op > NFT_BITWISE_RSHIFT) return undefined;
  const source = registerField(fields, NFTA_BITWISE_SREG);
  const destination = registerField(fields, NFTA_BITWISE_DREG);
  if (op === NFT_BITWISE_MASK_XOR) {
    const mask = valueField(fields, NFTA_BITWISE_MASK);
    return {
      kind: 'bitwise',
      source,
      destination,
      mask,
      xor: valueField(fields, NFTA_BITWISE_XOR),
    };
  }
  return {
    kind: 'shift',
    direction: op === NFT_BITWISE_LSHIFT ? 'left' : 'right',
    source,
    destination,
    length: numberField(fields, NFTA_BITWISE_LEN),
    bits: Buffer.from(valueField(fields, NFTA_BITWISE_DATA)).readUInt32LE(),
  };
}
