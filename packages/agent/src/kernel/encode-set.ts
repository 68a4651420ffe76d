import type { ElementSet, Ruleset } from '@ringfence/dataplane';
import {
  type ByteOrder,
  datatypeNumber,
  type NftSet,
  type SetData,
  type SetFlag,
  type SetReference,
} from '@ringfence/netlink';
import { fieldShape } from './field.ts';
import { keyLayout } from './key-bytes.ts';

/** Names the table that a ruleset stands in. */
export type TableName = Pick<Ruleset, 'family' | 'table'>;

/** Names a set, as changes of its elements do. */
export function setReference({ family, table }: TableName, { name }: ElementSet): SetReference {
  return { family, table, name };
}

/** Says to nf_tables what a set is like. */
export function encodeSet(table: TableName, set: ElementSet): NftSet {
  const shapes = set.key.map(fieldShape);
  return {
    ...setReference(table, set),
    flags: flagsOf(set),
    key: {
      type: datatypeNumber(...shapes.map(({ datatype }) => datatype)),
      length: keyLayout(set).length,
      byteOrder: byteOrderOf(set),
      // The kernel has to know only where each field has a range of its own.
      fields: set.interval && shapes.length > 1 ? shapes.map(({ length }) => length) : [],
    },
    data: set.kind === 'set' ? { kind: 'none' } : IDENTITY,
    timeoutMs: (set.dynamic?.seconds ?? 0) * 1_000,
    gcIntervalMs: 0,
    size: set.dynamic?.size ?? 0,
    policy: 'performance',
    expressions: [],
    comment: '',
  };
}

/** As a packet's priority. */
const IDENTITY: SetData = {
  kind: 'value',
  type: datatypeNumber('classid'),
  length: 4,
  byteOrder: 'host',
};

function flagsOf({ interval, dynamic }: ElementSet): readonly SetFlag[] {
  return [
    ...(interval ? (['interval'] as const) : []),
    ...(dynamic === undefined ? [] : (['timeout', 'eval'] as const)),
  ];
}

/** What `nft` notes down: it knows the parts of concatenations by their types. */
function byteOrderOf({ key }: ElementSet): ByteOrder {
  const [field, ...others] = key;
  if (field === undefined || others.length > 0) return 'unstated';
  return fieldShape(field).form === 'network' ? 'network' : 'host';
}
