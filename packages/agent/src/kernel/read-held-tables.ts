import { createCluster, failed, ok, type Result } from '@ringfence/core';
import {
  compile,
  DEFAULT_COMPILE_OPTIONS,
  type ElementSet,
  type KernelRuleset,
} from '@ringfence/dataplane';
import {
  KernelError,
  type NetlinkSocket,
  nftGeneration,
  nftTables,
  openNetfilterSocket,
} from '@ringfence/netlink';
import { bridgeLayout } from '../reconcile/bridge-table.ts';
import { tableNames } from '../reconcile/our-tables.ts';
import { readRuleset } from './read-ruleset.ts';

/** The tables of a network namespace that have our names, as they were at one moment. */
export interface HeldTables {
  readonly tables: readonly HeldTable[];
  /** The state of all rulesets of the namespace: every change makes another one. */
  readonly generation: number;
}

/** A table that has one of our names. */
export interface HeldTable {
  readonly family: KernelRuleset['family'];
  readonly name: string;
  /** The netlink port of the socket that owns it; 0 where nobody does. */
  readonly ownerPort: number;
  /** Whether it stays when its owner goes. */
  readonly persistent: boolean;
  /** Its chains see no packets. */
  readonly dormant: boolean;
  readonly ruleset: KernelRuleset;
}

/** Reads tables of one network namespace. */
export interface TableReader {
  /**
   * Reads all tables that have one of our two names, whoever owns them, at one moment.
   *
   * @returns why they cannot be read.
   */
  read(table: string): Result<HeldTables, string>;
  close(): void;
}

/** Opens a reader for the namespace that this thread is in. @throws {SystemError} */
export function openTableReader(): TableReader {
  const socket = openNetfilterSocket();
  return { read: (table) => readHeldTables(socket, table), close: socket.close };
}

/** Whoever changes rules all the time is not waited for. */
const MOST_READINGS = 20;

/**
 * Before and after the kernel says the number of the same generation, or all is read again. A list
 * that changes under the reader says so, and is read again as well.
 */
function readHeldTables(socket: NetlinkSocket, table: string): Result<HeldTables, string> {
  for (let reading = 0; reading < MOST_READINGS; reading += 1) {
    const { id: generation } = nftGeneration(socket);
    const tables = tablesOnce(socket, table);
    if (tables !== undefined && nftGeneration(socket).id === generation) {
      return ok({ tables, generation });
    }
  }
  return failed(`rules keep changing: ${MOST_READINGS} readings in a row met a change`);
}

/** @returns `undefined` where something went while it was read. */
function tablesOnce(socket: NetlinkSocket, table: string): readonly HeldTable[] | undefined {
  const names: readonly string[] = tableNames(table);
  const tables: HeldTable[] = [];
  try {
    for (const { family, name, ownerPort, flags } of nftTables(socket)) {
      if ((family !== 'inet' && family !== 'bridge') || !names.includes(name)) continue;
      const ruleset = readRuleset(socket, { family, table: name }, knownSets(family));
      const { persist: persistent, dormant } = flags;
      tables.push({ family, name, ownerPort, persistent, dormant, ruleset });
    }
    return tables;
  } catch (error) {
    const isGone = error instanceof KernelError && ['ENOENT', 'EINTR'].includes(error.code);
    if (!isGone) throw error;
    return undefined;
  }
}

/** The sets of our tables: they are the same on every node. */
function knownSets(family: HeldTable['family']): readonly ElementSet[] {
  return family === 'bridge'
    ? bridgeLayout('').sets
    : compile(createCluster(), '', DEFAULT_COMPILE_OPTIONS).sets;
}
