import { Buffer } from 'node:buffer';
import type { Writer } from '../codec/writer.ts';
import { writeStateful } from './expressions/stateful.ts';
import { bitsOf } from './names.ts';
import {
  type ImpliedSetFlag,
  type NftSet,
  SET_FLAGS,
  type SetData,
  type SetReference,
} from './set.ts';
import {
  NFTA_LIST_ELEM,
  NFTA_SET_DATA_LEN,
  NFTA_SET_DATA_TYPE,
  NFTA_SET_DESC,
  NFTA_SET_DESC_CONCAT,
  NFTA_SET_DESC_SIZE,
  NFTA_SET_FIELD_LEN,
  NFTA_SET_FLAGS,
  NFTA_SET_GC_INTERVAL,
  NFTA_SET_ID,
  NFTA_SET_KEY_LEN,
  NFTA_SET_KEY_TYPE,
  NFTA_SET_NAME,
  NFTA_SET_OBJ_TYPE,
  NFTA_SET_POLICY,
  NFTA_SET_TABLE,
  NFTA_SET_TIMEOUT,
  NFTA_SET_USERDATA,
  NFT_DATA_VERDICT,
  NFT_SET_POL_MEMORY,
  SET_EXPRESSIONS,
} from './set-attributes.ts';
import { writeSetNotes } from './set-notes.ts';
import { unreachable } from './unreachable.ts';

/** Writes the attributes of a set that is to be, under a number that is its own in the batch. */
export function writeSet(into: Writer, set: NftSet, id: number): void {
  writeSetReference(into, set);
  into.u32BEAttribute(NFTA_SET_FLAGS, bitsOf(SET_FLAGS, [...set.flags, ...implied(set)]));
  into.u32BEAttribute(NFTA_SET_KEY_TYPE, set.key.type);
  into.u32BEAttribute(NFTA_SET_KEY_LEN, set.key.length);
  writeData(into, set.data);
  if (set.policy === 'memory') into.u32BEAttribute(NFTA_SET_POLICY, NFT_SET_POL_MEMORY);
  into.nest(NFTA_SET_DESC, (description) => writeDescription(description, set));
  into.u32BEAttribute(NFTA_SET_ID, id);
  if (set.timeoutMs !== 0) into.u64BEAttribute(NFTA_SET_TIMEOUT, BigInt(set.timeoutMs));
  if (set.gcIntervalMs !== 0) into.u32BEAttribute(NFTA_SET_GC_INTERVAL, set.gcIntervalMs);
  const notes = Buffer.concat(writeSetNotes(set));
  if (notes.length > 0) into.attribute(NFTA_SET_USERDATA, notes);
  writeStateful(into, SET_EXPRESSIONS, set.expressions);
}

/** Writes the attributes that name a set. */
export function writeSetReference(into: Writer, { table, name }: SetReference): void {
  writeSetTable(into, table);
  into.stringAttribute(NFTA_SET_NAME, name);
}

/** Writes the attribute that names all sets of a table. */
export function writeSetTable(into: Writer, table: string): void {
  into.stringAttribute(NFTA_SET_TABLE, table);
}

function implied({ key, data, expressions }: NftSet): readonly ImpliedSetFlag[] {
  return [
    ...(data.kind === 'value' || data.kind === 'verdict' ? (['map'] as const) : []),
    ...(data.kind === 'object' ? (['object'] as const) : []),
    ...(key.fields.length > 1 ? (['concat'] as const) : []),
    ...(expressions.length > 1 ? (['expr'] as const) : []),
  ];
}

function writeData(into: Writer, data: SetData): void {
  switch (data.kind) {
    case 'none':
      break;
    case 'value':
      into.u32BEAttribute(NFTA_SET_DATA_TYPE, data.type);
      into.u32BEAttribute(NFTA_SET_DATA_LEN, data.length);
      break;
    case 'verdict':
      into.u32BEAttribute(NFTA_SET_DATA_TYPE, NFT_DATA_VERDICT);
      break;
    case 'object':
      into.u32BEAttribute(NFTA_SET_OBJ_TYPE, data.type);
      break;
    default:
      return unreachable(data);
  }
}

function writeDescription(into: Writer, { size, key }: NftSet): void {
  if (size !== 0) into.u32BEAttribute(NFTA_SET_DESC_SIZE, size);
  if (key.fields.length < 2) return;
  into.nest(NFTA_SET_DESC_CONCAT, (list) => {
    for (const length of key.fields) {
      list.nest(NFTA_LIST_ELEM, (field) => field.u32BEAttribute(NFTA_SET_FIELD_LEN, length));
    }
  });
}
