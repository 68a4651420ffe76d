import type { Buffer } from 'node:buffer';
import { attributeMap } from '../codec/attributes.ts';
import type { Writer } from '../codec/writer.ts';
import { MalformedAnswer } from '../kernel-error.ts';
import { bytesField, type Fields, numberField, textField } from './fields.ts';

/** What becomes of a packet. */
export type Verdict =
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop' }
  /** To the next expression. */
  | { readonly kind: 'continue' }
  /** To the next rule. */
  | { readonly kind: 'break' }
  /** Back to where the chain was jumped to; at the end of a base chain its policy decides. */
  | { readonly kind: 'return' }
  | { readonly kind: 'jump'; readonly chain: string }
  /** As a jump, but `return` goes back to where the last jump was. */
  | { readonly kind: 'goto'; readonly chain: string };

const CODES = {
  drop: 0,
  accept: 1,
  continue: -1,
  break: -2,
  jump: -3,
  goto: -4,
  return: -5,
} as const;

const SIMPLE: ReadonlyMap<number, Verdict> = new Map(
  (['drop', 'accept', 'continue', 'break', 'return'] as const).map((kind) => [
    CODES[kind],
    { kind },
  ]),
);

const NFTA_DATA_VALUE = 1;
const NFTA_DATA_VERDICT = 2;
const NFTA_VERDICT_CODE = 1;
const NFTA_VERDICT_CHAIN = 2;

/** Writes a value as nf_tables has it: wrapped. */
export function writeValue(into: Writer, type: number, value: Uint8Array): void {
  into.nest(type, (data) => data.attribute(NFTA_DATA_VALUE, value));
}

/** Writes a verdict, in the place where a value could be. */
export function writeVerdict(into: Writer, type: number, verdict: Verdict): void {
  into.nest(type, (data) => {
    data.nest(NFTA_DATA_VERDICT, (inside) => {
      inside.u32BEAttribute(NFTA_VERDICT_CODE, CODES[verdict.kind] >>> 0);
      if ('chain' in verdict) inside.stringAttribute(NFTA_VERDICT_CHAIN, verdict.chain);
    });
  });
}

/** Reads a value or a verdict. */
export function dataIn(bytes: Buffer): Uint8Array | Verdict {
  const fields = attributeMap(bytes);
  const verdict = fields.get(NFTA_DATA_VERDICT);
  return verdict === undefined
    ? bytesField(fields, NFTA_DATA_VALUE)
    : verdictIn(attributeMap(verdict));
}

/** Reads a value; a verdict in its place is no answer that the kernel promises. */
export function valueField(fields: Fields, type: number): Uint8Array {
  const bytes = fields.get(type);
  const value = bytes === undefined ? undefined : dataIn(bytes);
  if (!(value instanceof Uint8Array)) throw new MalformedAnswer(`attribute ${type} has no value`);
  return value;
}

function verdictIn(fields: Fields): Verdict {
  const code = numberField(fields, NFTA_VERDICT_CODE) | 0;
  if (code === CODES.jump || code === CODES.goto) {
    const chain = textField(fields, NFTA_VERDICT_CHAIN);
    return { kind: code === CODES.jump ? 'jump' : 'goto', chain };
  }
  const verdict = SIMPLE.get(code);
  if (verdict === undefined) throw new MalformedAnswer(`there is no verdict ${code}`);
  return verdict;
}
