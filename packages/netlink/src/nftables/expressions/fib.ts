import type { Writer } from '../../codec/writer.ts';
import { type Fields, numberField } from '../fields.ts';
import { bitsOf, flagsOf, nameOf, numberOf } from '../names.ts';
import { type Register, registerField, writeRegister } from '../register.ts';

/** What the routing table is asked for. */
const FIB_RESULTS = ['unspec', 'oif', 'oifname', 'addrtype'] as const;
/** What it is asked with. */
const FIB_FLAGS = ['saddr', 'daddr', 'mark', 'iif', 'oif', 'present'] as const;

/** Loads what the routing table says. */
export interface Fib {
  readonly kind: 'fib';
  readonly result: (typeof FIB_RESULTS)[number];
  readonly flags: readonly (typeof FIB_FLAGS)[number][];
  readonly destination: Register;
}

const NFTA_FIB_DREG = 1;
const NFTA_FIB_RESULT = 2;
const NFTA_FIB_FLAGS = 3;

/** Writes the attributes. */
export function writeFib(into: Writer, { result, flags, destination }: Fib): void {
  writeRegister(into, NFTA_FIB_DREG, destination);
  into.u32BEAttribute(NFTA_FIB_RESULT, numberOf(FIB_RESULTS, result));
  into.u32BEAttribute(NFTA_FIB_FLAGS, bitsOf(FIB_FLAGS, flags));
}

/** Reads the attributes. */
export function readFib(fields: Fields): Fib | undefined {
  const result = nameOf(FIB_RESULTS, numberField(fields, NFTA_FIB_RESULT));
  const flags = flagsOf(FIB_FLAGS, numberField(fields, NFTA_FIB_FLAGS));
  if (result === undefined || flags === undefined) return undefined;
  return { kind: 'fib', result, flags, destination: registerField(fields, NFTA_FIB_DREG) };
}
