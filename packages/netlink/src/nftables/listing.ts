import { Buffer } from 'node:buffer';
import type { Answer } from '../codec/message.ts';
import type { Writer } from '../codec/writer.ts';
import { KernelError } from '../kernel-error.ts';
import type { NetlinkSocket } from '../socket.ts';
import { type Chain, readChain } from './chain.ts';
import { areDifferent } from './different.ts';
import { readElements, type SetElement, writeElementSet } from './element.ts';
import { familyNumber, NFPROTO_UNSPEC } from './family.ts';
import {
  messageBody,
  messageType,
  NFT_MSG_GETCHAIN,
  NFT_MSG_GETRULE,
  NFT_MSG_GETSET,
  NFT_MSG_GETSETELEM,
  NFT_MSG_GETTABLE,
  told,
} from './message.ts';
import { readSet } from './read-set.ts';
import { type NftRule, readRule, writeRuleChain, writeRuleTable } from './rule.ts';
import type { NftSet, SetReference } from './set.ts';
import { type ListedTable, readTable, type TableReference } from './table.ts';
import { writeSetTable } from './write-set.ts';

/** All tables. */
export function nftTables(socket: NetlinkSocket): readonly ListedTable[] {
  return ask(socket, { message: NFT_MSG_GETTABLE, object: 'tables' }).map(told).map(readTable);
}

/** The chains of all tables, or of one; none where there is no such table. */
export function nftChains(socket: NetlinkSocket, table?: TableReference): readonly Chain[] {
  // The kernel sifts chains by family only.
  return ask(socket, { message: NFT_MSG_GETCHAIN, object: 'chains', table })
    .map(told)
    .map(readChain)
    .filter((chain) => table === undefined || chain.table === table.name);
}

/** The rules of all tables, of one, or of one of its chains, in the order of each chain. */
export function nftRules(
  socket: NetlinkSocket,
  table?: TableReference,
  chain?: string,
): readonly NftRule[] {
  const write = (into: Writer): void => {
    if (table === undefined) return;
    if (chain === undefined) writeRuleTable(into, table.name);
    else writeRuleChain(into, { table: table.name, chain });
  };
  return ask(socket, { message: NFT_MSG_GETRULE, object: 'rules', table, write })
    .map(told)
    .map(readRule);
}

/** The sets and maps of all tables, or of one. @throws {KernelError} where there is no such table. */
export function nftSets(socket: NetlinkSocket, table?: TableReference): readonly NftSet[] {
  const write = (into: Writer): void => {
    if (table !== undefined) writeSetTable(into, table.name);
  };
  return ask(socket, { message: NFT_MSG_GETSET, object: 'sets', table, write })
    .map(told)
    .map(readSet);
}

/**
 * Lists the elements of a set, in no order.
 *
 * A hash set that has just grown or shrunk is rebuilt behind the readers' back, and a list that is
 * read meanwhile has some elements twice and others not at all: it is read until none is there twice,
 * or until it stays the same. One without any twice is whole: each part of it begins behind as many
 * elements as were told before, and the last part reaches to the end.
 *
 * @throws {KernelError} `ENOENT` when there is no such set; `EINTR` when it never stays the same.
 */
export function nftElements(socket: NetlinkSocket, set: SetReference): readonly SetElement[] {
  let before = elementsOnce(socket, set);
  for (let attempt = 0; attempt < MOST_READINGS; attempt += 1) {
    const elements = elementsIn(before);
    if (areDifferent(elements)) return elements;
    const after = elementsOnce(socket, set);
    // What is left of an element's time goes by.
    if (sameBytes(before, after) || sameKeys(elements, elementsIn(after))) return elements;
    before = after;
  }
  throw new KernelError({
    code: 'EINTR',
    operation: 'list',
    object: elementsOf(set),
    detail: 'they keep changing',
  });
}

const MOST_READINGS = 50;

function elementsOnce(socket: NetlinkSocket, set: SetReference): readonly Answer[] {
  return ask(socket, {
    message: NFT_MSG_GETSETELEM,
    object: elementsOf(set),
    table: { family: set.family, name: set.table },
    write: (into) => writeElementSet(into, set, 0),
  });
}

function elementsIn(answers: readonly Answer[]): readonly SetElement[] {
  return answers.map(told).flatMap(readElements);
}

function elementsOf(set: SetReference): string {
  return `the elements of set ${set.family} ${set.table} ${set.name}`;
}

/** Reading bytes takes much longer than comparing them: large sets are read once only. */
function sameBytes(left: readonly Answer[], right: readonly Answer[]): boolean {
  return (
    left.length === right.length &&
    left.every(({ body }, index) => right[index]?.body.equals(body) === true)
  );
}

function sameKeys(left: readonly SetElement[], right: readonly SetElement[]): boolean {
  return (
    left.length === right.length &&
    left.every(({ key }, index) => {
      const other = right[index]?.key;
      return other !== undefined && Buffer.compare(key, other) === 0;
    })
  );
}

function ask(
  socket: NetlinkSocket,
  question: {
    readonly message: number;
    readonly object: string;
    readonly table?: TableReference | undefined;
    readonly write?: (into: Writer) => void;
  },
): readonly Answer[] {
  const { message, object, table, write } = question;
  const family = table === undefined ? NFPROTO_UNSPEC : familyNumber(table.family);
  const body = messageBody({ family, resource: 0 }, write);
  return socket.dump({ type: messageType(message), flags: 0, body }, { operation: 'list', object });
}
