import { nameOf, numberOf } from './names.ts';
import type { ByteOrder, NftSet } from './set.ts';
import {
  commentEntry,
  commentIn,
  NFTNL_UDATA_SET_COMMENT,
  NFTNL_UDATA_SET_DATABYTEORDER,
  NFTNL_UDATA_SET_KEYBYTEORDER,
  numberEntry,
  type Userdata,
} from './userdata.ts';

/** What `nft` keeps with a set to show its elements rightly. */
export interface SetNotes {
  readonly keyByteOrder: ByteOrder;
  readonly dataByteOrder: ByteOrder;
  readonly comment: string;
}

/** In the order of the numbers that `nft` writes. */
const BYTE_ORDERS = ['unstated', 'host', 'network'] as const satisfies readonly ByteOrder[];

/** The notes of a set that is to be, as entries of its userdata. */
export function writeSetNotes({ key, data, comment }: NftSet): readonly Uint8Array[] {
  return [
    ...orderEntry(NFTNL_UDATA_SET_KEYBYTEORDER, key.byteOrder),
    ...(data.kind === 'value' ? orderEntry(NFTNL_UDATA_SET_DATABYTEORDER, data.byteOrder) : []),
    ...commentEntry(NFTNL_UDATA_SET_COMMENT, comment),
  ];
}

/** Reads the notes. */
export function readSetNotes(userdata: Userdata): SetNotes {
  return {
    keyByteOrder: orderIn(userdata, NFTNL_UDATA_SET_KEYBYTEORDER),
    dataByteOrder: orderIn(userdata, NFTNL_UDATA_SET_DATABYTEORDER),
    comment: commentIn(userdata, NFTNL_UDATA_SET_COMMENT),
  };
}

function orderEntry(type: number, order: ByteOrder): readonly Uint8Array[] {
  return order === 'unstated' ? [] : numberEntry(type, numberOf(BYTE_ORDERS, order));
}

function orderIn(userdata: Userdata, type: number): ByteOrder {
  const order = userdata.get(type);
  if (order?.length !== 4) return 'unstated';
  return nameOf(BYTE_ORDERS, order.readUInt32LE()) ?? 'unstated';
}
