import type { Change, Cluster, ClusterDelta, ClusterPod } from '@ringfence/core';
import {
  difference,
  applied,
  type CompileOptions,
  createNodeRules,
  type ElementsDelta,
  type LocalPod,
  type NodeRules,
  POD_INTERFACES,
  type Ruleset,
  type RulesetDelta,
} from '@ringfence/dataplane';
import type { PodInterfaces } from '../host/pod-interfaces.ts';
import { createBlocking } from './blocking.ts';
import type { BridgeTable } from './bridge-table.ts';
import type { Damage } from './damage.ts';
import { followAddresses } from './follow-addresses.ts';
import type { EnforcedTable, Restored } from './kernel-table.ts';
import { numbersBefore } from './numbers-before.ts';
import { isRefusal } from './refusal.ts';

/** What the kernel enforces on this node. */
export interface NodeTables {
  /** Puts the closed start in, where nothing of ours is there: no pod of this node is let through. */
  start(): void;
  /** Takes note of a change of the cluster. */
  follow(change: Change, delta: ClusterDelta): void;
  /** Interfaces may be others. */
  hostChanged(): void;
  /** The cluster holds what its source has: from now on it is what is meant. */
  synced(): void;
  /** Makes the kernel enforce what is meant. @throws {KernelError|SystemError} where it cannot be. */
  write(): void;
  /**
   * Reads back what somebody else may have changed, and makes it what it was last.
   *
   * @returns what was found of each table.
   * @throws {KernelError|SystemError} where it cannot be: it is to be tried again.
   */
  repair(damages: ReadonlyMap<OurFamily, Damage>): ReadonlyMap<OurFamily, Restored>;
  /** Takes away what no packet meets any more. */
  tidy(): void;
  pods(): Iterable<LocalPod>;
  /** Why the kernel does not take a pod's rows; `undefined` where it takes them. */
  blockedFor(pod: ClusterPod): string | undefined;
}

/** One of the two tables of a node. */
export type OurFamily = 'inet' | 'bridge';

export interface NodeTablesOptions {
  readonly cluster: Cluster;
  readonly node: string;
  readonly interfaces: PodInterfaces;
  readonly compile: CompileOptions;
  readonly table: EnforcedTable;
  readonly bridge: BridgeTable;
  readonly log: (message: string) => void;
  /** Has `write` called again after a while. */
  readonly later: (ms: number) => void;
}

/**
 * What the kernel has. `adopted`, or of an `other` layout: it is older than all that is known, and
 * goes on being in force until the source has told; `closed`: the closed start; `known`: what was
 * last written; `unknown`: it has to be read.
 */
type State = 'adopted' | 'other' | 'closed' | 'known' | 'unknown';

/** More is not changed but made anew: beside what is there, in transactions of a bounded size. */
const MOST_CHANGED = 5_000;

/** Brings the rules of a node into force, and keeps them so. */
export function createNodeTables(options: NodeTablesOptions): NodeTables {
  const { interfaces, table, bridge, log } = options;
  /** What was there and goes on being in force until the source has told. */
  let adopted = table.adopted;
  const makeRules = (): NodeRules =>
    createNodeRules(options.cluster, options.node, {
      ...options.compile,
      numbersBefore: numbersBefore(adopted),
    });
  let rules = makeRules();
  const remakeRules = (): void => {
    rules = makeRules();
    rules.setPodInterfaces(interfaces.podInterfaces());
  };
  let state: State = 'closed';
  if (table.hasOther) state = 'other';
  if (adopted !== undefined) state = 'adopted';
  let isSynced = false;
  let isBridgeDirty = true;

  /** What was worked out half is not worked on: the rules are made anew, out of the cluster. */
  const worked = <T>(work: (rules: NodeRules) => T): T => {
    try {
      return work(rules);
    } catch (error) {
      remakeRules();
      if (state === 'known') state = 'unknown';
      blocking.lift();
      throw error;
    }
  };
  const flushed = (): RulesetDelta => worked((each) => each.flush());

  /** What cannot be written for some pods closes these, and nobody else; it is tried again. */
  const blocking = createBlocking({
    ...options,
    rules: () => rules,
    settle() {
      flushed();
      table.restore(rules.ruleset());
    },
  });

  /**
   * Whatever goes wrong, it is not known any more what the kernel has.
   *
   * @param delta absent: all of it is another one.
   */
  const writeInet = (delta: RulesetDelta | undefined): void => {
    const before = state;
    const isClosed = before === 'closed' && !isSynced;
    const isSmall = delta !== undefined && countOf(delta.elements) <= MOST_CHANGED;
    state = 'unknown';
    if (delta !== undefined && (isClosed || (before === 'known' && isSmall))) {
      try {
        table.write(delta);
        state = before;
        return;
      } catch (error) {
        if (!isRefusal(error)) throw error;
        log(`the kernel refuses a change, and is read back: ${error.message}`);
      }
    }
    const isAnew = before === 'closed' || before === 'other' || (before === 'known' && !isSmall);
    if (isAnew) table.install(rules.ruleset());
    else table.restore(rules.ruleset());
    state = 'known';
    adopted = undefined;
  };

  /** Until the source has told, what is in force stays: only new interfaces of pods are closed. */
  const closeInterfaces = (): void => {
    const delta = flushed().elements.find(({ set }) => set.name === POD_INTERFACES);
    const known = new Set(adopted?.elements.get(POD_INTERFACES)?.map(({ key: [name] }) => name));
    const come = delta?.come.filter(({ key: [name] }) => !known.has(name)) ?? [];
    if (delta === undefined || come.length === 0) return;
    const elements = [{ set: delta.set, gone: [], come }];
    table.write({ elements, newNumbers: NONE, oldNumbers: NONE });
    adopted = adopted && applied(adopted, { elements, revokes: false });
  };

  /** Puts the closed start in: no pod of this node is let through. */
  const installClosed = (): void => {
    flushed();
    table.install(rules.ruleset(), 'spare');
    state = 'closed';
  };

  const repairInet = (damage: Damage): Restored => {
    if (state === 'other') {
      if (table.hasOther) return 'same';
      installClosed();
      return 'anew';
    }
    const before = state;
    // A failure leaves nothing that is known, but what was adopted is meant all the same.
    if (before === 'known') state = 'unknown';
    const meant = adopted;
    const found = table.repair(() => meant ?? rules.ruleset(), isTidy() ? damage : { kind: 'any' });
    state = before;
    return found;
  };

  /** Rows that were to go anyhow are no edit of somebody else's. */
  const isTidy = (): boolean => {
    try {
      table.tidy();
      return true;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return false;
    }
  };

  const writeOrClose = (): RulesetDelta | undefined => {
    const isTrial = blocking.isDue();
    if (isTrial) rules.block([]);
    // What a source tells first is written whole: listing it as a change would only take time.
    const isFirst = isSynced && state !== 'known' && state !== 'unknown';
    const delta = isFirst ? undefined : flushed();
    if (isFirst) worked((each) => each.settle());
    try {
      writeInet(delta);
      if (isTrial) blocking.lift();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      blocking.close(delta ?? fromNothing(rules.ruleset()), error);
      state = 'known';
    }
    return delta;
  };

  return {
    start() {
      rules.setPodInterfaces(interfaces.podInterfaces());
      if (state === 'closed') {
        installClosed();
        bridge.write([]);
        return;
      }
      if (state === 'adopted') closeInterfaces();
      bridge.close();
    },
    follow(change, delta) {
      if (isSynced) rules.follow(change, delta);
      if (followAddresses(options, change, delta)) isBridgeDirty = true;
    },
    hostChanged() {
      isBridgeDirty = true;
      rules.setPodInterfaces(interfaces.podInterfaces());
      for (const { pod, through } of rules.localPods()) {
        if (options.compile.interfaceOf(pod) !== through) rules.touch(pod);
      }
    },
    synced() {
      // All at once: following one object after the other takes twice as long.
      if (!isSynced) remakeRules();
      isSynced = true;
    },
    write() {
      if ((state === 'adopted' || state === 'other') && !isSynced) {
        if (state === 'adopted') closeInterfaces();
        if (isBridgeDirty) bridge.close();
        return;
      }
      const delta = writeOrClose();
      isBridgeDirty ||=
        delta === undefined || delta.elements.some(({ set }) => set.name.startsWith('ready'));
      if (isBridgeDirty) bridge.write(rules.localPods());
      isBridgeDirty = false;
    },
    repair(damages) {
      const found = new Map<OurFamily, Restored>();
      const [inet, bridged] = [damages.get('inet'), damages.get('bridge')];
      // What is not known is read back by the next writing.
      if (inet !== undefined && state !== 'unknown') found.set('inet', repairInet(inet));
      const how = bridged && bridge.repair(bridged);
      if (how !== undefined) found.set('bridge', how);
      return found;
    },
    tidy() {
      try {
        table.tidy();
      } catch (error) {
        state = 'unknown';
        throw error;
      }
    },
    pods: () => rules.localPods(),
    blockedFor: blocking.whyOf,
  };
}

function fromNothing(ruleset: Ruleset): RulesetDelta {
  return difference({ ...ruleset, elements: new Map() }, ruleset);
}

function countOf(elements: readonly ElementsDelta[]): number {
  return elements.reduce((sum, { gone, come }) => sum + gone.length + come.length, 0);
}

const NONE: ReadonlySet<number> = new Set();
