import { type Plan, plan, planOf, type Ruleset, type RulesetDelta } from '@ringfence/dataplane';
import { commit, type NetlinkSocket } from '@ringfence/netlink';
import { withGeneration } from '../kernel/generation-changes.ts';
import { installChanges } from '../kernel/install-changes.ts';
import { type KernelTable, readTable } from '../kernel/read-table.ts';
import { ruleHandles } from '../kernel/rule-handles.ts';
import { createGenerations } from './generations.ts';
import type { Damage } from './damage.ts';
import { ourTables } from './our-tables.ts';
import { isRefusal } from './refusal.ts';
import { stopgapFor } from './stopgap.ts';
import { repairParts } from './table-repair.ts';
import { createTableWriter } from './table-writer.ts';

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
  /** Reads the kernel's table back, and makes it this ruleset, whatever it holds now. */
  restore(ruleset: Ruleset): Restored;
  /** The same, where somebody else has changed it: reads back no more than that. */
  repair(ruleset: () => Ruleset, damage: Damage): Restored;
  /** Takes rows away that no packet meets any more, where any are left; `write` does so, too. */
  tidy(): void;
}

/** What became of a table that was read back: it was what it should be, is so again, or is a new one. */
export type Restored = 'same' | 'mended' | 'anew';

export interface EnforcedTableOptions {
  readonly socket: NetlinkSocket;
  /** Whether the kernel keeps others from changing it: then only one that was kept so is taken over. */
  readonly owned: boolean;
  /** A ruleset without elements: it tells the table's name, sets and chains. */
  readonly layout: Ruleset;
  /** Our bits of the mark of flows; 0 where the rules hold no generation. */
  readonly markMask: number;
  /** Clears our bits in all flows. */
  readonly clearMarks: () => void;
  readonly log: (message: string) => void;
}

/** The most elements of a transaction while a table is filled: as many as small sockets can send. */
const MAX_ELEMENTS = 1_000;

/** Takes over the table that is there, where it has this layout; nothing is changed yet. */
export function enforcedTable(options: EnforcedTableOptions): EnforcedTable {
  const { socket, layout, owned, markMask, log } = options;
  const { family } = layout;
  const generations = createGenerations(markMask, options.clearMarks);
  const writer = createTableWriter({ ...options, generations });
  const ours = ourTables(socket, layout, options);
  const { names } = ours;
  const found = names.map((name) => ({
    name,
    read: readTable(socket, { ...layout, table: name }),
  }));
  // Where tables have owners, one that would go with its owner cannot be made to stay.
  const good = found.flatMap(({ name, read }) =>
    read.kind === 'ok' && (read.value.persistent || !owned) ? [{ name, table: read.value }] : [],
  );
  let adopted: Ruleset | undefined;

  const take = ({ name, table }: { name: string; table: KernelTable }): void => {
    generations.begin(Math.max(...good.map((each) => each.table.generation ?? 0)));
    const named = withGeneration({ ...layout, table: name }, Math.max(table.generation ?? 1, 1));
    // Whoever wrote it may have been killed before flows were decided anew.
    const doubts = { carryThisOne: true, carryLaterOnes: false };
    writer.turnTo({ layout: named, handles: table.handles }, doubts);
    adopted = { ...named, elements: withDynamic(layout, table.elements) };
  };

  const [first] = good;
  if (first !== undefined) take(first);
  for (const { name, read } of found) {
    if (read.kind === 'failed' && ours.isThere(name)) {
      log(`table ${family} ${name} is to be replaced: ${read.error}`);
    }
  }

  /** The name for a table that is brought up: what enforces something goes last. */
  const freeName = (taken: ReadonlySet<string>, spare?: 'spare'): string => {
    const kept = writer.current()?.layout.table;
    const order = spare === undefined ? names : [...names].reverse();
    const free = order.filter((each) => each !== kept);
    const name =
      order.find((each) => !taken.has(each)) ??
      free.find((each) => !ours.enforces(each)) ??
      free[0];
    if (name === undefined) throw new Error('there are two names');
    return name;
  };

  /** Brings a table up, and deletes what else there is. */
  const bringUp = (ruleset: Ruleset, spare?: 'spare'): void => {
    const taken = new Set(names.filter(ours.isThere));
    const isFirst = writer.current() === undefined;
    const name = freeName(taken, spare);
    ours.delete(name);
    const named = withGeneration({ ...ruleset, table: name }, Math.max(generations.now(), 1));
    try {
      for (const step of installChanges(named, { owned, maxElements: MAX_ELEMENTS })) {
        commit(socket, step);
      }
    } catch (error) {
      ours.delete(name);
      throw error;
    }
    // Until now an unknown table gave flows marks of its own, which may be those of ours.
    const carryLaterOnes = markMask !== 0 && isFirst && taken.size > 0;
    writer.turnTo(
      { layout: { ...named, elements: new Map() }, handles: ruleHandles(socket, named) },
      { carryThisOne: false, carryLaterOnes },
    );
    // Not at once with the hooks: a packet between the old ones and the new ones would meet neither.
    ours.deleteOthers(name);
  };

  const install = (ruleset: Ruleset, spare?: 'spare'): void => {
    if (markMask !== 0) generations.renew();
    bringUp(ruleset, spare);
    adopted = undefined;
    writer.clearIfDue();
  };

  const remake = (ruleset: Ruleset, why: string): Restored => {
    const name = writer.current()?.layout.table ?? layout.table;
    log(`table ${family} ${name} is made anew: ${why}`);
    install(ruleset);
    return 'anew';
  };

  const restore = (ruleset: Ruleset): Restored => {
    const current = writer.current();
    if (current === undefined) {
      install(ruleset);
      return 'anew';
    }
    const read = readTable(socket, current.layout);
    if (read.kind === 'failed') {
      // Nobody knows what it lets through, and a large table takes its time.
      const stopgap = stopgapFor(ruleset, MAX_ELEMENTS);
      if (stopgap !== undefined) {
        bringUp(stopgap);
        log(`table ${family} ${layout.table}: nothing new is let through until it is made anew`);
      }
      return remake(ruleset, read.error);
    }
    const { handles, elements } = read.value;
    // Rows that were there for a moment only may have let flows in.
    const doubts = { carryThisOne: true, carryLaterOnes: false };
    writer.turnTo({ layout: current.layout, handles }, doubts);
    const before = { ...current.layout, elements: withDynamic(layout, elements) };
    const changes = plan(before, ruleset, { maxElements: MAX_ELEMENTS });
    try {
      writer.write(changes);
      adopted = undefined;
      // What else is there of ours only stands in the way.
      ours.deleteOthers(current.layout.table);
      return isEmpty(changes) ? 'same' : 'mended';
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return remake(ruleset, error.message);
    }
  };

  return {
    get adopted() {
      return adopted;
    },
    get hasOther() {
      return writer.current() === undefined && ours.enforcesAny();
    },
    install,
    write: (delta) => writer.write(joinedEarly(planOf(delta, { maxElements: MAX_ELEMENTS }))),
    restore,
    repair(ruleset, damage) {
      if (damage.kind === 'any') return restore(ruleset());
      try {
        return repairParts({ socket, writer, ruleset }, damage) ?? restore(ruleset());
      } catch (error) {
        if (!isRefusal(error)) throw error;
        return restore(ruleset());
      }
    },
    tidy: writer.tidy,
  };
}

function isEmpty({ early, atOnce, late }: Plan): boolean {
  return early.length === 0 && atOnce === undefined && late.length === 0;
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
