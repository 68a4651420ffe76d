import type { ElementsDelta, Plan, Ruleset, Transaction } from '@ringfence/dataplane';
import { type Change, commit, type NetlinkSocket } from '@ringfence/netlink';
import { elementChanges } from '../kernel/element-changes.ts';
import {
  type GenerationRules,
  generationRules,
  withGeneration,
} from '../kernel/generation-changes.ts';
import type { RuleHandles } from '../kernel/rule-handles.ts';
import type { Generations } from './generations.ts';

/** A table as it is in the kernel, but for its elements. */
export interface WrittenTable {
  readonly layout: Ruleset;
  readonly handles: RuleHandles;
}

/** Writes changes of one table in the order in which packets may see them. */
export interface TableWriter {
  /** The table that is written to; `undefined` before there is one. */
  current(): WrittenTable | undefined;
  /** From now on this one is written to. */
  turnTo(table: WrittenTable, doubts: FlowDoubts): void;
  /** Writes transactions; the one at once with a new generation where it has to be. */
  write(plan: Plan): void;
  /** Takes rows away that no packet meets any more, where any are left; `write` does so, too. */
  tidy(): void;
  /** Clears the marks of flows where that is due. */
  clearIfDue(): void;
}

/** What is not known of flows when a table is turned to. */
interface FlowDoubts {
  /** Flows may carry its generation that are forbidden: the next writing begins another one. */
  readonly carryThisOne: boolean;
  /** Flows may carry numbers that are still to come. */
  readonly carryLaterOnes: boolean;
}

export interface TableWriterOptions {
  readonly socket: NetlinkSocket;
  readonly generations: Generations;
  /** Our bits of the mark of flows; 0 where the rules hold no generation. */
  readonly markMask: number;
  /** Clears our bits in all flows. */
  readonly clearMarks: () => void;
}

/** Makes a writer that has no table yet. */
export function createTableWriter(options: TableWriterOptions): TableWriter {
  const { socket, generations, markMask } = options;
  let late: readonly Transaction[] = [];
  let isRenewalDue = false;
  let isClearDue = false;
  let current: WrittenTable | undefined;
  let renewal: GenerationRules | undefined;
  /** The generation of the kernel's rules, where the layout was made with another one. */
  let renewedTo: number | undefined;

  /** Made when it is asked for: generations follow each other quickly. */
  const currentNow = (): WrittenTable | undefined => {
    if (current !== undefined && renewedTo !== undefined) {
      current = { ...current, layout: withGeneration(current.layout, renewedTo) };
      renewedTo = undefined;
    }
    return current;
  };

  const clearIfDue = (): void => {
    if (isClearDue) options.clearMarks();
    isClearDue = false;
  };

  const takeLate = (to: Ruleset): readonly Change[] => {
    const changes = late.flatMap(({ elements }) => elementChanges(to, elements));
    late = [];
    return changes;
  };

  const commitElements = (to: Ruleset, elements: readonly ElementsDelta[]): void =>
    commit(socket, [...takeLate(to), ...elementChanges(to, elements)]);

  const revoke = ({ layout, handles }: WrittenTable, elements: readonly ElementsDelta[]) => {
    // Where nothing is remembered of flows, nothing has to be forgotten.
    if (markMask === 0) {
      commitElements(layout, elements);
      return;
    }
    // Packets see another generation before they see other ranges: one that is decided in between,
    // by the ranges of before, must not carry the generation of afterwards.
    const hasRanges = elements.some(({ set }) => set.interval);
    isRenewalDue = true;
    if (hasRanges) commitElements(layout, elements);
    const isAnew = generations.renew();
    renewal ??= generationRules(layout);
    commit(socket, [
      ...takeLate(layout),
      ...(hasRanges ? [] : elementChanges(layout, elements)),
      ...renewal.changes(generations.now(), handles),
    ]);
    renewedTo = generations.now();
    handles.renew(renewal.chains);
    isRenewalDue = false;
    isClearDue ||= isAnew;
    clearIfDue();
  };

  return {
    current: currentNow,
    turnTo(table, { carryThisOne, carryLaterOnes }) {
      current = table;
      renewal = undefined;
      renewedTo = undefined;
      late = [];
      isRenewalDue = carryThisOne;
      isClearDue ||= carryLaterOnes;
    },
    write({ early, atOnce, late: later }) {
      if (current === undefined) throw new Error('there is no table to write to');
      clearIfDue();
      for (const { elements } of early) commitElements(current.layout, elements);
      const elements = atOnce?.elements ?? [];
      if (isRenewalDue || atOnce?.revokes === true) revoke(current, elements);
      else if (atOnce !== undefined) commitElements(current.layout, elements);
      late = [...late, ...later];
    },
    tidy() {
      if (current !== undefined && late.length > 0) commitElements(current.layout, []);
    },
    clearIfDue,
  };
}
