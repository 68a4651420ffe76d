import type { Writer } from '../codec/writer.ts';
import type { Family } from './family.ts';
import { type Fields, numberField, textField } from './fields.ts';
import type { Told } from './message.ts';

/** Names a table. */
export interface TableReference {
  readonly family: Family;
  readonly name: string;
}

/** A table: what holds chains, rules and sets. */
export interface Table extends TableReference {
  readonly flags: TableFlags;
}

/** How a table behaves. */
export interface TableFlags {
  /** Its chains see no packets. */
  readonly dormant: boolean;
  /** Only the socket that made or adopted it may change it; it goes when that socket is closed. */
  readonly owner: boolean;
  /** It stays when its owner's socket is closed, without an owner, and may be adopted. */
  readonly persist: boolean;
}

/** A table as the kernel has it. */
export interface ListedTable extends Table {
  /** The netlink port of the socket that owns it; 0 when nobody does. */
  readonly ownerPort: number;
}

const NFTA_TABLE_NAME = 1;
const NFTA_TABLE_FLAGS = 2;
const NFTA_TABLE_OWNER = 7;
const NFT_TABLE_F_DORMANT = 0x1;
const NFT_TABLE_F_OWNER = 0x2;
const NFT_TABLE_F_PERSIST = 0x4;

/** Writes the attributes of a table that is to be. */
export function writeTable(into: Writer, { name, flags }: Table): void {
  into.stringAttribute(NFTA_TABLE_NAME, name).u32BEAttribute(NFTA_TABLE_FLAGS, flagBits(flags));
}

/** Writes the attributes that name a table. */
export function writeTableReference(into: Writer, { name }: TableReference): void {
  into.stringAttribute(NFTA_TABLE_NAME, name);
}

/** Reads a table. */
export function readTable({ family, fields }: Told): ListedTable {
  return {
    family,
    name: textField(fields, NFTA_TABLE_NAME),
    flags: flagsIn(fields),
    ownerPort: numberField(fields, NFTA_TABLE_OWNER, 0),
  };
}

/** Reads which table a message is about. */
export function readTableReference({ family, fields }: Told): TableReference {
  return { family, name: textField(fields, NFTA_TABLE_NAME) };
}

function flagBits({ dormant, owner, persist }: TableFlags): number {
  return (
    (dormant ? NFT_TABLE_F_DORMANT : 0) |
    (owner ? NFT_TABLE_F_OWNER : 0) |
    (persist ? NFT_TABLE_F_PERSIST : 0)
  );
}

function flagsIn(fields: Fields): TableFlags {
  const bits = numberField(fields, NFTA_TABLE_FLAGS, 0);
  return {
    dormant: (bits & NFT_TABLE_F_DORMANT) !== 0,
    owner: (bits & NFT_TABLE_F_OWNER) !== 0,
    persist: (bits & NFT_TABLE_F_PERSIST) !== 0,
  };
}
