import type { Buffer } from 'node:buffer';
import { attributeMap, stringIn } from '../codec/attributes.ts';
import type { Answer } from '../codec/message.ts';
import { familyNumber } from './family.ts';
import { type Generation, readGeneration } from './generation.ts';
import {
  NFNL_SUBSYS_NFTABLES,
  NFT_MSG_DELCHAIN,
  NFT_MSG_DELFLOWTABLE,
  NFT_MSG_DELOBJ,
  NFT_MSG_DELRULE,
  NFT_MSG_DELSET,
  NFT_MSG_DELSETELEM,
  NFT_MSG_DELTABLE,
  NFT_MSG_NEWCHAIN,
  NFT_MSG_NEWFLOWTABLE,
  NFT_MSG_NEWGEN,
  NFT_MSG_NEWOBJ,
  NFT_MSG_NEWRULE,
  NFT_MSG_NEWSET,
  NFT_MSG_NEWSETELEM,
  NFT_MSG_NEWTABLE,
  toldFields,
} from './message.ts';
import type { TableReference } from './table.ts';

/** What one commit of somebody else did to tables that are watched. */
export interface NftEdit {
  /** Each kind of thing once, in the order in which it was done first. */
  readonly touches: readonly Touch[];
  /** The one that it made, with the program that did it. */
  readonly generation: Generation;
}

/** Something that was done, so many times. */
export interface Touch {
  readonly table: TableReference;
  readonly how: 'new' | 'delete';
  readonly object: 'table' | 'chain' | 'rule' | 'set' | 'element' | 'flowtable' | 'other';
  /** Of the chain or the set that it is, or that it belongs to; empty for tables. */
  readonly name: string;
  readonly count: number;
}

/** Reads edits out of what a listener to `NFNLGRP_NFTABLES` is told. */
export interface EditReader {
  /**
   * The edits that have been told whole. What is about other tables costs a comparison of bytes.
   *
   * @throws {MalformedAnswer}
   */
  read(answers: readonly Answer[]): readonly NftEdit[];
}

interface Kind {
  readonly how: Touch['how'];
  readonly object: Touch['object'];
  /** The attribute that holds the name. */
  readonly name: number;
}

const KINDS: ReadonlyMap<number, Kind> = new Map([
  [NFT_MSG_NEWTABLE, { how: 'new', object: 'table', name: 0 }],
  [NFT_MSG_DELTABLE, { how: 'delete', object: 'table', name: 0 }],
  [NFT_MSG_NEWCHAIN, { how: 'new', object: 'chain', name: 3 }],
  [NFT_MSG_DELCHAIN, { how: 'delete', object: 'chain', name: 3 }],
  [NFT_MSG_NEWRULE, { how: 'new', object: 'rule', name: 2 }],
  [NFT_MSG_DELRULE, { how: 'delete', object: 'rule', name: 2 }],
  [NFT_MSG_NEWSET, { how: 'new', object: 'set', name: 2 }],
  [NFT_MSG_DELSET, { how: 'delete', object: 'set', name: 2 }],
  [NFT_MSG_NEWSETELEM, { how: 'new', object: 'element', name: 2 }],
  [NFT_MSG_DELSETELEM, { how: 'delete', object: 'element', name: 2 }],
  [NFT_MSG_NEWOBJ, { how: 'new', object: 'other', name: 2 }],
  [NFT_MSG_DELOBJ, { how: 'delete', object: 'other', name: 2 }],
  [NFT_MSG_NEWFLOWTABLE, { how: 'new', object: 'flowtable', name: 2 }],
  [NFT_MSG_DELFLOWTABLE, { how: 'delete', object: 'flowtable', name: 2 }],
]);
/** What this package has no words for. */
const OTHER: Kind = { how: 'new', object: 'other', name: 2 };

/** In messages about any object: the name of its table, which the kernel writes first. */
const NFTA_TABLE = 1;
/** `struct nfgenmsg`, and the length and the type of an attribute. */
const NAME_AT = 8;

/**
 * Makes a reader.
 *
 * @param watched.tables those that edits are told of.
 * @param watched.own the port of the socket whose commits are left out, as `nftPort` tells it.
 */
export function createEditReader(watched: {
  readonly tables: readonly TableReference[];
  readonly own: number;
}): EditReader {
  const tables = watched.tables.map((table) => ({
    table,
    family: familyNumber(table.family),
    name: new TextEncoder().encode(`${table.name}\0`),
  }));
  const tableOf = ({ body }: Answer): TableReference | undefined => {
    if (body.length < NAME_AT || body.readUInt16LE(6) !== NFTA_TABLE) {
      const name = attributeMap(body, 4).get(NFTA_TABLE);
      const text = name && stringIn(name);
      return tables.find(({ table, family }) => family === body[0] && table.name === text)?.table;
    }
    const end = 4 + body.readUInt16LE(4);
    return tables.find(({ family, name }) => family === body[0] && isAt(body, end, name))?.table;
  };

  let touches = new Map<string, Touch>();
  const note = (answer: Answer, message: number): void => {
    const table = tableOf(answer);
    if (table === undefined) return;
    const { how, object, name: attribute } = KINDS.get(message) ?? OTHER;
    const bytes = toldFields(answer).get(attribute);
    const name = bytes === undefined ? '' : stringIn(bytes);
    const key = JSON.stringify([table.family, table.name, message, name]);
    const count = (touches.get(key)?.count ?? 0) + 1;
    touches.set(key, { table, how, object, name, count });
  };

  return {
    read(answers) {
      const edits: NftEdit[] = [];
      for (const answer of answers) {
        if (answer.port === watched.own || answer.type >> 8 !== NFNL_SUBSYS_NFTABLES) continue;
        const message = answer.type & 0xff;
        if (message !== NFT_MSG_NEWGEN) {
          note(answer, message);
          continue;
        }
        if (touches.size === 0) continue;
        edits.push({
          touches: [...touches.values()],
          generation: readGeneration(toldFields(answer)),
        });
        touches = new Map();
      }
      return edits;
    },
  };
}

/** Whether an attribute that ends there has this value. */
function isAt(body: Buffer, end: number, value: Uint8Array): boolean {
  return (
    end - NAME_AT === value.length &&
    end <= body.length &&
    body.compare(value, 0, value.length, NAME_AT, end) === 0
  );
}
