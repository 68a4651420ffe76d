import { Buffer } from 'node:buffer';
import { attributeMap, attributesIn, numberBEIn } from '../codec/attributes.ts';
import { statefulFields } from './expressions/stateful.ts';
import { type Fields, longField, numberField, textField } from './fields.ts';
import type { Told } from './message.ts';
import {
  type ByteOrder,
  type ImpliedSetFlag,
  type NftSet,
  SET_FLAGS,
  type SetData,
  type SetFlag,
  type SetReference,
} from './set.ts';
import {
  NFTA_SET_DATA_LEN,
  NFTA_SET_DATA_TYPE,
  NFTA_SET_DESC,
  NFTA_SET_DESC_CONCAT,
  NFTA_SET_DESC_SIZE,
  NFTA_SET_FIELD_LEN,
  NFTA_SET_FLAGS,
  NFTA_SET_GC_INTERVAL,
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
  NFT_SET_POL_PERFORMANCE,
  SET_EXPRESSIONS,
} from './set-attributes.ts';
import { readSetNotes } from './set-notes.ts';
import { userdataIn } from './userdata.ts';

const IMPLIED: readonly string[] = ['map', 'object', 'concat', 'expr'] satisfies ImpliedSetFlag[];

/** Reads a set. */
export function readSet(message: Told): NftSet {
  const { fields } = message;
  const notes = readSetNotes(userdataIn(fields.get(NFTA_SET_USERDATA)));
  const description = attributeMap(fields.get(NFTA_SET_DESC) ?? Buffer.alloc(0));
  const policy = numberField(fields, NFTA_SET_POLICY, NFT_SET_POL_PERFORMANCE);
  return {
    ...readSetReference(message),
    flags: flagsIn(fields),
    key: {
      type: numberField(fields, NFTA_SET_KEY_TYPE, 0),
      length: numberField(fields, NFTA_SET_KEY_LEN),
      byteOrder: notes.keyByteOrder,
      fields: fieldsIn(description),
    },
    data: dataIn(fields, notes.dataByteOrder),
    timeoutMs: Number(longField(fields, NFTA_SET_TIMEOUT, 0n)),
    gcIntervalMs: numberField(fields, NFTA_SET_GC_INTERVAL, 0),
    size: numberField(description, NFTA_SET_DESC_SIZE, 0),
    policy: policy === NFT_SET_POL_MEMORY ? 'memory' : 'performance',
    expressions: statefulFields(fields, SET_EXPRESSIONS),
    comment: notes.comment,
  };
}

/** Reads which set a message is about. */
export function readSetReference({ family, fields }: Told): SetReference {
  return {
    family,
    table: textField(fields, NFTA_SET_TABLE),
    name: textField(fields, NFTA_SET_NAME),
  };
}

function flagsIn(fields: Fields): readonly SetFlag[] {
  const bits = numberField(fields, NFTA_SET_FLAGS, 0);
  return SET_FLAGS.filter(
    (flag, bit): flag is SetFlag => (bits & (1 << bit)) !== 0 && !IMPLIED.includes(flag),
  );
}

function fieldsIn(description: Fields): readonly number[] {
  const list = description.get(NFTA_SET_DESC_CONCAT);
  if (list === undefined) return [];
  return [...attributesIn(list)].map(({ value }) => {
    const length = attributeMap(value).get(NFTA_SET_FIELD_LEN);
    return length === undefined ? 0 : numberBEIn(length);
  });
}

function dataIn(fields: Fields, byteOrder: ByteOrder): SetData {
  if (fields.has(NFTA_SET_OBJ_TYPE)) {
    return { kind: 'object', type: numberField(fields, NFTA_SET_OBJ_TYPE) };
  }
  if (!fields.has(NFTA_SET_DATA_TYPE)) return { kind: 'none' };
  const type = numberField(fields, NFTA_SET_DATA_TYPE);
  if (type === NFT_DATA_VERDICT) return { kind: 'verdict' };
  return { kind: 'value', type, length: numberField(fields, NFTA_SET_DATA_LEN), byteOrder };
}
