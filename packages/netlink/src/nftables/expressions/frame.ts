import type { Buffer } from 'node:buffer';
import { attributeMap } from '../../codec/attributes.ts';
import type { Writer } from '../../codec/writer.ts';
import { type Fields, textField } from '../fields.ts';

const NFTA_EXPR_NAME = 1;
const NFTA_EXPR_DATA = 2;
/** The type of each member of a list. */
export const NFTA_LIST_ELEM = 1;

/** Writes one expression: its name in the kernel, and what `write` writes. */
export function writeFrame(
  into: Writer,
  { type, name }: { readonly type: number; readonly name: string },
  write: (data: Writer) => void,
): void {
  into.nest(type, (expression) => {
    expression.stringAttribute(NFTA_EXPR_NAME, name).nest(NFTA_EXPR_DATA, write);
  });
}

/** Reads one expression's name and attributes. */
export function readFrame(bytes: Buffer): {
  readonly name: string;
  readonly data: Uint8Array;
  readonly fields: Fields;
} {
  const fields = attributeMap(bytes);
  const data = fields.get(NFTA_EXPR_DATA);
  return {
    name: textField(fields, NFTA_EXPR_NAME),
    data: new Uint8Array(data ?? []),
    fields: data === undefined ? new Map() : attributeMap(data),
  };
}
