import type { Writer } from '../../codec/writer.ts';
import { type Fields, longField, numberField, textField } from '../fields.ts';
import { nameOf, numberOf } from '../names.ts';
import { type Register, registerField, writeRegister } from '../register.ts';
import type { SetUse } from './lookup.ts';
import { statefulFields, type StatefulExpression, writeStateful } from './stateful.ts';

/** What is done with the element: made, made or renewed, removed. */
const DYNSET_OPS = ['add', 'update', 'delete'] as const;

/** Changes a set by what the packet is. */
export interface Dynset extends SetUse {
  readonly kind: 'dynset';
  readonly op: (typeof DYNSET_OPS)[number];
  readonly key: Register;
  /** For maps. */
  readonly data: Register | 'none';
  /** 0: the set's own. */
  readonly timeoutMs: number;
  /** What each element has of its own; the rule goes on as they say. */
  readonly expressions: readonly StatefulExpression[];
  readonly inverted: boolean;
}

const NFTA_DYNSET_SET_NAME = 1;
const NFTA_DYNSET_SET_ID = 2;
const NFTA_DYNSET_OP = 3;
const NFTA_DYNSET_SREG_KEY = 4;
const NFTA_DYNSET_SREG_DATA = 5;
const NFTA_DYNSET_TIMEOUT = 6;
const NFTA_DYNSET_FLAGS = 9;
const EXPRESSIONS = { one: 7, several: 10 } as const;
const NFT_DYNSET_F_INV = 1;
const NFT_DYNSET_F_EXPR = 2;

/** Writes the attributes. */
export function writeDynset(into: Writer, dynset: Dynset): void {
  const { set, setId, op, key, data, timeoutMs, expressions } = dynset;
  into.stringAttribute(NFTA_DYNSET_SET_NAME, set);
  if (setId !== 0) into.u32BEAttribute(NFTA_DYNSET_SET_ID, setId);
  into.u32BEAttribute(NFTA_DYNSET_OP, numberOf(DYNSET_OPS, op));
  writeRegister(into, NFTA_DYNSET_SREG_KEY, key);
  if (data !== 'none') writeRegister(into, NFTA_DYNSET_SREG_DATA, data);
  if (timeoutMs !== 0) into.u64BEAttribute(NFTA_DYNSET_TIMEOUT, BigInt(timeoutMs));
  writeStateful(into, EXPRESSIONS, expressions);
  into.u32BEAttribute(NFTA_DYNSET_FLAGS, flagBits(dynset));
}

/** Reads the attributes. */
export function readDynset(fields: Fields): Dynset | undefined {
  const op = nameOf(DYNSET_OPS, numberField(fields, NFTA_DYNSET_OP));
  if (op === undefined) return undefined;
  return {
    kind: 'dynset',
    set: textField(fields, NFTA_DYNSET_SET_NAME),
    setId: 0,
    op,
    key: registerField(fields, NFTA_DYNSET_SREG_KEY),
    data: fields.has(NFTA_DYNSET_SREG_DATA) ? registerField(fields, NFTA_DYNSET_SREG_DATA) : 'none',
    timeoutMs: Number(longField(fields, NFTA_DYNSET_TIMEOUT, 0n)),
    expressions: statefulFields(fields, EXPRESSIONS),
    inverted: (numberField(fields, NFTA_DYNSET_FLAGS, 0) & NFT_DYNSET_F_INV) !== 0,
  };
}

function flagBits({ inverted, expressions }: Dynset): number {
  return (inverted ? NFT_DYNSET_F_INV : 0) | (expressions.length > 1 ? NFT_DYNSET_F_EXPR : 0);
}
