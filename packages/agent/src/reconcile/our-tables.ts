import type { Ruleset } from '@ringfence/dataplane';
import {
  type Change,
  commit,
  type ListedTable,
  type NetlinkSocket,
  nftChains,
  nftTables,
  type TableReference,
} from '@ringfence/netlink';
import { tableOf } from '../kernel/install-changes.ts';

/** The tables of one family that have our names. */
export interface OurTables {
  readonly names: readonly [string, string];
  isThere(name: string): boolean;
  /** Whether a table sees packets of pods: whatever else it is, it was made to enforce something. */
  enforces(name: string): boolean;
  /** Whether any of them does. */
  enforcesAny(): boolean;
  /** Deletes a table; that it is not there is as well. */
  delete(name: string): void;
  /** Deletes those that are there beside the one that is kept. */
  deleteOthers(kept: string): void;
}

/** The names under which a table of ours may be: one is brought up beside the other. */
export function tableNames(table: string): readonly [string, string] {
  return [table, `${table}_2`];
}

/** All tables that may be ours: those of nodes and those of bridges. */
export function ourReferences(table: string): readonly TableReference[] {
  return tableNames(table).flatMap((name) => [
    { family: 'inet', name },
    { family: 'bridge', name },
  ]);
}

/**
 * Finds the tables of ours. Where tables can be owned, it makes those its own that were made to stay:
 * from now on nobody else changes them.
 *
 * @throws {TableTaken} where one belongs to another agent.
 */
export function ourTables(
  socket: NetlinkSocket,
  layout: Pick<Ruleset, 'family' | 'table' | 'chains'>,
  { owned }: { readonly owned: boolean },
): OurTables {
  const { family, table, chains } = layout;
  const names = tableNames(table);
  const hooks = new Set(chains.flatMap(({ base }) => base?.hook ?? []));
  const list = (): readonly ListedTable[] =>
    nftTables(socket).filter((each) => each.family === family && names.includes(each.name));
  /** First where packets come in: those that are inside by then still find the elements they look for. */
  const deleteAll = (those: readonly ListedTable[]): void => {
    const entrances = those
      .flatMap(({ name }) => nftChains(socket, { family, name }))
      .filter(({ base }) => base !== undefined);
    commit(
      socket,
      entrances.flatMap((chain): readonly Change[] => [
        { kind: 'flushChain', chain },
        { kind: 'deleteChain', chain },
      ]),
    );
    commit(
      socket,
      those.map(({ name }) => ({ kind: 'deleteTable', table: { family, name } })),
    );
  };
  const enforces = (name: string): boolean => {
    const seen = new Set(nftChains(socket, { family, name }).map(({ base }) => base?.hook));
    return [...hooks].every((hook) => seen.has(hook));
  };

  const taken = list().find(({ ownerPort }) => ownerPort !== 0);
  if (taken !== undefined) throw new TableTaken(`${taken.family} ${taken.name}`);
  for (const { name, flags } of list()) {
    // One that is not made to stay is not ours.
    if (!owned || !flags.persist) continue;
    commit(socket, [{ kind: 'addTable', table: tableOf({ family, table: name }, true) }]);
  }
  return {
    names,
    isThere: (name) => list().some((each) => each.name === name),
    enforces,
    enforcesAny: () => list().some(({ name }) => enforces(name)),
    delete: (name) => deleteAll(list().filter((each) => each.name === name)),
    deleteOthers: (kept) => deleteAll(list().filter(({ name }) => name !== kept)),
  };
}

/** Another agent enforces policy here: there is one for a network namespace. */
class TableTaken extends Error {
  override readonly name = 'TableTaken';
  readonly code = 'EBUSY';

  constructor(table: string) {
    super(`table ${table} belongs to an agent that is running`);
  }
}
