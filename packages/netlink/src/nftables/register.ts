import { type Fields, numberField } from './fields.ts';
import type { Writer } from '../codec/writer.ts';

/**
 * A register of four bytes, `NFT_REG32_00` to `NFT_REG32_15`: 8 to 23. Longer values lie in as many
 * registers as they need, one after the other.
 */
export type Register = number;

/** Where a verdict is put. */
export const NFT_REG_VERDICT = 0;
/** The first register for data. */
export const NFT_REG32_00 = 8;

/** Registers that hold the two ends of a range, or no range. */
export type RegisterRange = { readonly min: Register; readonly max: Register } | 'none';

const COUNT = 16;
/** The kernel's older registers are four of the small ones each. */
const SMALL_IN_LARGE = 4;

/** @throws {RangeError} for a number that is no register. */
export function writeRegister(into: Writer, type: number, register: Register): void {
  if (register < NFT_REG32_00 || register >= NFT_REG32_00 + COUNT) {
    throw new RangeError(`there is no register ${register}`);
  }
  into.u32BEAttribute(type, register);
}

/** The kernel tells the first of every four registers by the older number; this gives the new one. */
export function registerField(fields: Fields, type: number): Register {
  const register = numberField(fields, type);
  if (register === NFT_REG_VERDICT || register >= NFT_REG32_00) return register;
  return NFT_REG32_00 + (register - 1) * SMALL_IN_LARGE;
}

/** The attribute types that a range's two ends have. */
export interface RangeTypes {
  readonly min: number;
  readonly max: number;
}

/** Writes a range of registers where there is one. */
export function writeRange(into: Writer, types: RangeTypes, range: RegisterRange): void {
  if (range === 'none') return;
  writeRegister(into, types.min, range.min);
  writeRegister(into, types.max, range.max);
}

/** Reads a range of registers. */
export function rangeField(fields: Fields, types: RangeTypes): RegisterRange {
  if (!fields.has(types.min)) return 'none';
  const min = registerField(fields, types.min);
  return { min, max: fields.has(types.max) ? registerField(fields, types.max) : min };
}
