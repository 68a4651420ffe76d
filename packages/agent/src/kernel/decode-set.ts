import { isDeepStrictEqual } from 'node:util';
import type { ElementSet, Field } from '@ringfence/dataplane';
import type { NftSet } from '@ringfence/netlink';
import { encodeSet, type TableName } from './encode-set.ts';

/** The fields that can be told from each other by what `nft` calls the type of a value. */
const FIELDS: readonly Field[] = [
  'inputInterface',
  'source4',
  'source6',
  'protocol',
  'destinationPort',
  'identity',
];

/** What a field takes in the type of a key. */
const FIELD_BITS = 6;

/**
 * Reads what a set of the kernel is.
 *
 * The kernel does not know whose address or port a key means: that follows from the name where a
 * set is one of `known`, and is the sender's address and the receiver's port elsewhere.
 *
 * @returns `undefined` for a set that no ruleset can have.
 */
export function decodeSet(
  table: TableName,
  set: NftSet,
  known: readonly ElementSet[],
): ElementSet | undefined {
  const named = known.find(({ name }) => name === set.name);
  if (named !== undefined && isDeepStrictEqual(encodeSet(table, named), set)) return named;
  const key = fieldsOf(table, set);
  if (key === undefined) return undefined;
  const { name, timeoutMs, size } = set;
  const decoded: ElementSet = {
    name,
    key,
    kind: set.data.kind === 'none' ? 'set' : 'identityMap',
    interval: set.flags.includes('interval'),
    dynamic: timeoutMs > 0 && size > 0 ? { size, seconds: timeoutMs / 1_000 } : undefined,
    comment: '',
  };
  return isDeepStrictEqual(encodeSet(table, decoded), set) ? decoded : undefined;
}

function fieldsOf(table: TableName, { key: { type } }: NftSet): readonly Field[] | undefined {
  const fields: Field[] = [];
  for (let left = type; left > 0; left = Math.floor(left / 2 ** FIELD_BITS)) {
    const number = left % 2 ** FIELD_BITS;
    const field = FIELDS.find((each) => typeOf(table, each) === number);
    if (field === undefined) return undefined;
    fields.unshift(field);
  }
  return fields.length === 0 ? undefined : fields;
}

function typeOf(table: TableName, field: Field): number {
  const set = { name: '', kind: 'set', interval: false, dynamic: undefined, comment: '' } as const;
  return encodeSet(table, { ...set, key: [field] }).key.type;
}
