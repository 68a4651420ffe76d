import { attributeMap, attributesIn } from '../codec/attributes.ts';
import type { Writer } from '../codec/writer.ts';
import { statefulFields, type StatefulExpression, writeStateful } from './expressions/stateful.ts';
import { type Fields, longField, numberField, textField } from './fields.ts';
import type { Told } from './message.ts';
import type { SetReference } from './set.ts';
import { commentIn, NFTNL_UDATA_SET_ELEM_COMMENT, userdataIn, writeComment } from './userdata.ts';
import { dataIn, valueField, type Verdict, writeValue, writeVerdict } from './verdict.ts';

/** An element of a set. What it does not have is left out: sets have very many of them. */
export interface SetElement {
  /** A concatenation's fields begin at multiples of four bytes. Empty for the one that catches all. */
  readonly key: Uint8Array;
  /** The last key of a range, in a set of intervals that are concatenations: each field has a range. */
  readonly keyEnd?: Uint8Array;
  /** In maps. */
  readonly data?: Uint8Array | Verdict;
  /** In maps of objects: the object's name. */
  readonly object?: string;
  /** Ends an interval, which does not contain it: other sets of intervals hold pairs. */
  readonly intervalEnd?: true;
  /** Stands for every key that is not in the set. */
  readonly catchAll?: true;
  /** How long it stays; without, as long as the set says. */
  readonly timeoutMs?: number;
  /** How much of that is left. */
  readonly expirationMs?: number;
  readonly expressions?: readonly StatefulExpression[];
  readonly comment?: string;
}

const NFTA_SET_ELEM_LIST_TABLE = 1;
const NFTA_SET_ELEM_LIST_SET = 2;
const NFTA_SET_ELEM_LIST_ELEMENTS = 3;
const NFTA_SET_ELEM_LIST_SET_ID = 4;
const NFTA_LIST_ELEM = 1;
const NFTA_SET_ELEM_KEY = 1;
const NFTA_SET_ELEM_DATA = 2;
const NFTA_SET_ELEM_FLAGS = 3;
const NFTA_SET_ELEM_TIMEOUT = 4;
const NFTA_SET_ELEM_EXPIRATION = 5;
const NFTA_SET_ELEM_USERDATA = 6;
const NFTA_SET_ELEM_OBJREF = 9;
const NFTA_SET_ELEM_KEY_END = 10;
const EXPRESSIONS = { one: 7, several: 11 } as const;
const NFT_SET_ELEM_INTERVAL_END = 1;
const NFT_SET_ELEM_CATCHALL = 2;

/** Writes an element as it stands in a list of them. */
export function writeListed(into: Writer, element: SetElement): void {
  into.nest(NFTA_LIST_ELEM, () => writeElement(into, element));
}

/** Writes which set elements are of. @param id that of a set without a name yet, else 0. */
export function writeElementSet(into: Writer, { table, name }: SetReference, id: number): void {
  into.stringAttribute(NFTA_SET_ELEM_LIST_TABLE, table);
  into.stringAttribute(NFTA_SET_ELEM_LIST_SET, name);
  if (id !== 0) into.u32BEAttribute(NFTA_SET_ELEM_LIST_SET_ID, id);
}

/** Writes a list of elements that is bytes already. */
export function writeElements(into: Writer, listed: Uint8Array): void {
  into.nest(NFTA_SET_ELEM_LIST_ELEMENTS, (list) => list.raw(listed));
}

/** Reads which set a message about elements means. */
export function readElementSet({ family, fields }: Told): SetReference {
  return {
    family,
    table: textField(fields, NFTA_SET_ELEM_LIST_TABLE),
    name: textField(fields, NFTA_SET_ELEM_LIST_SET),
  };
}

/** Reads the elements of a message. */
export function readElements({ fields }: Told): readonly SetElement[] {
  const list = fields.get(NFTA_SET_ELEM_LIST_ELEMENTS);
  if (list === undefined) return [];
  return [...attributesIn(list)].map(({ value }) => readElement(attributeMap(value)));
}

function writeElement(into: Writer, element: SetElement): void {
  const { data, object, timeoutMs, expirationMs } = element;
  const flags = flagBits(element);
  if (flags !== 0) into.u32BEAttribute(NFTA_SET_ELEM_FLAGS, flags);
  if (element.catchAll !== true) writeValue(into, NFTA_SET_ELEM_KEY, element.key);
  if (element.keyEnd !== undefined) writeValue(into, NFTA_SET_ELEM_KEY_END, element.keyEnd);
  if (data instanceof Uint8Array) writeValue(into, NFTA_SET_ELEM_DATA, data);
  else if (data !== undefined) writeVerdict(into, NFTA_SET_ELEM_DATA, data);
  if (object !== undefined) into.stringAttribute(NFTA_SET_ELEM_OBJREF, object);
  if (timeoutMs !== undefined) into.u64BEAttribute(NFTA_SET_ELEM_TIMEOUT, BigInt(timeoutMs));
  if (expirationMs !== undefined) {
    into.u64BEAttribute(NFTA_SET_ELEM_EXPIRATION, BigInt(expirationMs));
  }
  if (element.comment !== undefined && element.comment !== '') {
    const entry = { type: NFTNL_UDATA_SET_ELEM_COMMENT, comment: element.comment };
    writeComment(into, NFTA_SET_ELEM_USERDATA, entry);
  }
  if (element.expressions !== undefined) writeStateful(into, EXPRESSIONS, element.expressions);
}

function readElement(fields: Fields): SetElement {
  const flags = numberField(fields, NFTA_SET_ELEM_FLAGS, 0);
  const catchAll = (flags & NFT_SET_ELEM_CATCHALL) !== 0;
  const data = fields.get(NFTA_SET_ELEM_DATA);
  const expressions = statefulFields(fields, EXPRESSIONS);
  const comment = commentIn(
    userdataIn(fields.get(NFTA_SET_ELEM_USERDATA)),
    NFTNL_UDATA_SET_ELEM_COMMENT,
  );
  return {
    key: catchAll ? new Uint8Array(0) : valueField(fields, NFTA_SET_ELEM_KEY),
    ...(fields.has(NFTA_SET_ELEM_KEY_END) && { keyEnd: valueField(fields, NFTA_SET_ELEM_KEY_END) }),
    ...(data !== undefined && { data: dataIn(data) }),
    ...(fields.has(NFTA_SET_ELEM_OBJREF) && { object: textField(fields, NFTA_SET_ELEM_OBJREF) }),
    ...((flags & NFT_SET_ELEM_INTERVAL_END) !== 0 && { intervalEnd: true as const }),
    ...(catchAll && { catchAll: true as const }),
    ...timesIn(fields),
    ...(expressions.length > 0 && { expressions }),
    ...(comment !== '' && { comment }),
  };
}

function flagBits({ intervalEnd, catchAll }: SetElement): number {
  return (
    (intervalEnd === true ? NFT_SET_ELEM_INTERVAL_END : 0) |
    (catchAll === true ? NFT_SET_ELEM_CATCHALL : 0)
  );
}

function timesIn(fields: Fields): Pick<SetElement, 'timeoutMs' | 'expirationMs'> {
  return {
    ...(fields.has(NFTA_SET_ELEM_TIMEOUT) && {
      timeoutMs: Number(longField(fields, NFTA_SET_ELEM_TIMEOUT)),
    }),
    ...(fields.has(NFTA_SET_ELEM_EXPIRATION) && {
      expirationMs: Number(longField(fields, NFTA_SET_ELEM_EXPIRATION)),
    }),
  };
}
