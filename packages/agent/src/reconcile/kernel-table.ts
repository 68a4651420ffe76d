import {
  type ElementsDelta,
  type Plan,
  plan,
  planOf,
  type Ruleset,
  type RulesetDelta,
  type Transaction,
} from '@ringfence/dataplane';
import {
  type Change,
  commit,
  KernelError,
  type ListedTable,
  type NetlinkSocket,
  nftChains,
  nftTables,
  SystemError,
} from '@ringfence/netlink';
import { elementChanges } from '../kernel/element-changes.ts';
import { generationChanges, withGeneration } from '../kernel/generation-changes.ts';
import { installChanges, tableOf } from '../kernel/install-changes.ts';
import { type KernelTable, readTable } from '../kernel/read-table.ts';
import { type RuleHandles, ruleHandles } from '../kernel/rule-handles.ts';
import { createGenerations } from './generations.ts';

/**
 * One table of the kernel: ours alone. What it holds is known without asking, as long as the kernel
 * takes what is written.
 */
export interface EnforcedTable {
  /** What was there already and goes on enforcing; `undefined` where nothing of this layout was. */
  readonly adopted: Ruleset | undefined;
  /** A table of ours of another layout was there: it goes on enforcing until one is installed. */
  readonly hasOther: boolean;
  /**
   * Brings up a whole ruleset beside whatever is there, which is then deleted.
   *
   * @param spare under the second of our names: what follows will take the first one.
   */
  install(ruleset: Ruleset, spare?: 'spare'): void;
  /** Writes what changes. @throws {KernelError} where the kernel refuses: then nothing is known. */
  write(delta: RulesetDelta): void;
  /** Makes the kernel's table this ruleset, whatever it holds now. */
  restore(ruleset: Ruleset): void;
  /** Takes rows away that no packet meets any more, where any are left; `write` does so, too. */
  tidy(): void;
  /** What flows carry that were decided now. */
  generation(): number;
}

export interface EnforcedTableOptions {
  readonly socket: NetlinkSocket;
  /** A ruleset without elements: it tells the table's name, sets and chains. */
  readonly layout: Ruleset;
  /** Our bits of the mark of flows; 0 where the rules hold no generation. */
  readonly markMask: number;
  /** Clears our bits in all flows. */
  readonly clearMarks: () => void;
  readonly log: (message: string) => void;
}

/** The names under which a table of ours may be: one is brought up beside the other. */
export function tableNames(table: string): readonly [string, string] {
  return [table, `${table}_2`];
}

/** The most elements of a transaction while a table is filled: as many as small sockets can send. */
const MAX_ELEMENTS = 1_000;

interface Current {
  /** As it is in the kernel, but for its elements. */
  readonly layout: Ruleset;
  readonly handles: RuleHandles;
}

/** Takes over the table that is there, where it has this layout; nothing is changed yet. */
export function enforcedTable(options: EnforcedTableOptions): EnforcedTable {
  const { socket, layout, markMask, log } = options;
  const generations = createGenerations(markMask, options.clearMarks);
  const names = tableNames(layout.table);
  const ours = (): readonly ListedTable[] =>
    nftTables(socket).filter(
      ({ family, name }) => family === layout.family && names.includes(name),
    );

  const owned = ours().find(({ ownerPort }) => ownerPort !== 0);
  if (owned !== undefined) throw new TableTaken(`${owned.family} ${owned.name}`);
  for (const { name, flags } of ours()) {
    // Owned before it is read: nobody changes it in between. One that is not made to stay is not ours.
    const table = tableOf({ family: layout.family, table: name }, true);
    if (flags.persist) commit(socket, [{ kind: 'addTable', table }]);
  }
  const found = names.map((name) => ({
    name,
    read: readTable(socket, { ...layout, table: name }),
  }));
  // One that would go with its owner cannot be made to stay.
  const good = found.flatMap(({ name, read }) =>
    read.kind === 'ok' && read.value.persistent ? [{ name, table: read.value }] : [],
  );
  let late: readonly Transaction[] = [];
  /** Flows may have been forbidden that still carry the generation of now. */
  let isRenewalDue = false;
  /** Flows may carry numbers of before that will come again. */
  let isClearDue = false;
  let current: Current | undefined;
  let adopted: Ruleset | undefined;

  const take = ({ name, table }: { name: string; table: KernelTable }): void => {
    generations.begin(Math.max(...good.map((each) => each.table.generation ?? 0)));
    // Whoever wrote it may have been killed before this.
    isRenewalDue = true;
    const named = withGeneration({ ...layout, table: name }, Math.max(table.generation ?? 1, 1));
    current = { layout: named, handles: table.handles };
    adopted = { ...named, elements: withDynamic(layout, table.elements) };
  };

  /** The tables that are there beside the one that is kept. */
  const others = (kept: string | undefined): readonly Change[] =>
    ours()
      .filter(({ name }) => name !== kept)
      .map(({ family, name }): Change => ({ kind: 'deleteTable', table: { family, name } }));

  const [first] = good;
  if (first !== undefined) take(first);
  const hasOther = good.length === 0 && ours().some(({ name }) => enforces(socket, layout, name));
  for (const { name, read } of found) {
    if (read.kind === 'failed' && nameIsThere(socket, layout, name)) {
      log(`table ${layout.family} ${name} is to be replaced: ${read.error}`);
    }
  }

  const install = (ruleset: Ruleset, spare?: 'spare'): void => {
    const taken = new Set(names.filter((each) => nameIsThere(socket, layout, each)));
    const kept = current?.layout.table;
    const order = spare === undefined ? names : [...names].reverse();
    const free = order.filter((each) => each !== kept);
    // What enforces something goes last.
    const name =
      order.find((each) => !taken.has(each)) ??
      free.find((each) => !enforces(socket, layout, each)) ??
      free[0];
    if (name === undefined) throw new Error('there are two names');
    if (taken.has(name)) {
      commit(socket, [{ kind: 'deleteTable', table: { family: layout.family, name } }]);
    }
    if (markMask !== 0) generations.renew();
    const named = withGeneration({ ...ruleset, table: name }, Math.max(generations.now(), 1));
    const steps = installChanges(named, { owned: true, maxElements: MAX_ELEMENTS });
    try {
      for (const step of steps) commit(socket, step);
    } catch (error) {
      abandon(socket, layout, name);
      throw error;
    }
    late = [];
    isRenewalDue = false;
    adopted = undefined;
    current = { layout: { ...named, elements: new Map() }, handles: ruleHandles(socket, named) };
    // Until now an unknown table gave flows marks of its own, which may be those of ours.
    isClearDue = markMask !== 0 && kept === undefined && taken.size > 0;
    // Not at once with the hooks: a packet between the old ones and the new ones would meet neither.
    commit(socket, others(name));
    clearIfDue();
  };

  const clearIfDue = (): void => {
    if (isClearDue) options.clearMarks();
    isClearDue = false;
  };

  /** Writes transactions; the one at once with a new generation where it has to be. */
  const writePlan = ({ early, atOnce, late: later }: Plan): void => {
    if (current === undefined) throw new Error('there is no table to write to');
    clearIfDue();
    for (const transaction of early) commitElements(transaction.elements);
    const elements = atOnce?.elements ?? [];
    if (isRenewalDue || atOnce?.revokes === true) revoke(elements);
    else if (atOnce !== undefined) commitElements(elements);
    late = [...late, ...later];
  };

  const commitElements = (elements: readonly ElementsDelta[]): void => {
    if (current !== undefined)
      commit(socket, [...takeLate(), ...elementChanges(current.layout, elements)]);
  };

  const revoke = (elements: readonly ElementsDelta[]): void => {
    if (current === undefined) return;
    // Where nothing is remembered of flows, nothing has to be forgotten.
    if (markMask === 0) {
      commitElements(elements);
      return;
    }
    const from = current.layout;
    // Packets see another generation before they see other ranges: one that is decided in between,
    // by the ranges of before, must not carry the generation of afterwards.
    const hasRanges = elements.some(({ set }) => set.interval);
    isRenewalDue = true;
    if (hasRanges) commitElements(elements);
    const isAnew = generations.renew();
    const to = withGeneration(from, generations.now());
    const renewal = generationChanges({ from, to }, current.handles);
    commit(socket, [
      ...takeLate(),
      ...(hasRanges ? [] : elementChanges(to, elements)),
      ...renewal.changes,
    ]);
    current.handles.renew(renewal.chains);
    current = { layout: to, handles: current.handles };
    isRenewalDue = false;
    isClearDue ||= isAnew;
    clearIfDue();
  };

  const takeLate = (): readonly Change[] => {
    if (current === undefined || late.length === 0) return [];
    const { layout: to } = current;
    const changes = late.flatMap(({ elements }) => elementChanges(to, elements));
    late = [];
    return changes;
  };

  return {
    get adopted() {
      return adopted;
    },
    hasOther,
    install,
    write: (delta) => writePlan(joinedEarly(planOf(delta, { maxElements: MAX_ELEMENTS }))),
    restore(ruleset) {
      const read = current && readTable(socket, current.layout);
      if (current === undefined || read?.kind !== 'ok') {
        install(ruleset);
        return;
      }
      late = [];
      current = { layout: current.layout, handles: read.value.handles };
      const before = { ...current.layout, elements: withDynamic(layout, read.value.elements) };
      try {
        writePlan(plan(before, ruleset, { maxElements: MAX_ELEMENTS }));
        adopted = undefined;
        // What else is there of ours only stands in the way.
        commit(socket, others(current.layout.table));
      } catch (error) {
        if (!isRefusal(error)) throw error;
        log(`table ${layout.family} ${current.layout.table} is made anew: ${error.message}`);
        install(ruleset);
      }
    },
    tidy() {
      if (late.length > 0) commitElements([]);
    },
    generation: generations.now,
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

/** Whether a table sees packets of pods: whatever else it is, it was made to enforce something. */
function enforces(
  socket: NetlinkSocket,
  { family, chains }: Pick<Ruleset, 'family' | 'chains'>,
  name: string,
): boolean {
  const hooks = new Set(chains.flatMap(({ base }) => base?.hook ?? []));
  const seen = nftChains(socket, { family, name }).flatMap(({ base }) => base?.hook ?? []);
  return [...hooks].every((hook) => seen.some((other) => other === hook));
}

/** Whether it is the kernel that does not want something, or that has no room for it. */
export function isRefusal(error: unknown): error is KernelError | SystemError {
  return error instanceof KernelError || error instanceof SystemError;
}

/** Sets of ranges are seen a moment after the others: only rows in them have to come before. */
function joinedEarly({ early, atOnce, late }: Plan): Plan {
  const hasRanges = early.some(({ elements }) => elements.some(({ set }) => set.interval));
  const [only, ...more] = early;
  if (only === undefined || more.length > 0 || hasRanges || atOnce === undefined) {
    return { early, atOnce, late };
  }
  const elements = [...only.elements, ...atOnce.elements];
  return { early: [], atOnce: { elements, revokes: atOnce.revokes }, late };
}

/** Sets that rules fill are nobody's business. */
function withDynamic({ sets }: Ruleset, elements: Ruleset['elements']): Ruleset['elements'] {
  return new Map(sets.map(({ name }) => [name, elements.get(name) ?? []]));
}

function nameIsThere(
  socket: NetlinkSocket,
  { family }: Pick<Ruleset, 'family'>,
  name: string,
): boolean {
  return nftTables(socket).some((table) => table.family === family && table.name === name);
}

/** Takes away what was begun; that it is not there is as well. */
function abandon(socket: NetlinkSocket, { family }: Pick<Ruleset, 'family'>, name: string): void {
  if (nameIsThere(socket, { family }, name)) {
    commit(socket, [{ kind: 'deleteTable', table: { family, name } }]);
  }
}
