import type { Change, Cluster, ClusterDelta } from '@ringfence/core';
import {
  type ClosedPod,
  type CompileOptions,
  createNodeRules,
  type ElementsDelta,
  FIRST_IDENTITY,
  type LocalPod,
  type Member,
  type Ruleset,
  type RulesetDelta,
} from '@ringfence/dataplane';
import type { PodInterfaces } from '../host/pod-interfaces.ts';
import type { BridgeTable } from './bridge-table.ts';
import { type EnforcedTable, isRefusal } from './kernel-table.ts';

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
  /** Takes away what no packet meets any more. */
  tidy(): void;
  pods(): Iterable<LocalPod>;
  closed(): readonly ClosedPod[];
}

export interface NodeTablesOptions {
  readonly cluster: Cluster;
  readonly node: string;
  readonly interfaces: PodInterfaces;
  readonly compile: CompileOptions;
  readonly table: EnforcedTable;
  readonly bridge: BridgeTable;
  readonly log: (message: string) => void;
}

/** More is not changed but made anew: beside what is there, in transactions of a bounded size. */
const MOST_CHANGED = 5_000;

/** Brings the rules of a node into force, and keeps them so. */
export function createNodeTables(options: NodeTablesOptions): NodeTables {
  const { interfaces, table, bridge, log } = options;
  const rules = createNodeRules(options.cluster, options.node, {
    ...options.compile,
    numberBefore: numbersIn(table.adopted),
  });
  /**
   * `adopted`: what is in the kernel is older than all that is known, and goes on being in force;
   * `closed`: it is the closed start.
   */
  let state: 'adopted' | 'closed' | 'known' | 'unknown' =
    table.adopted === undefined ? 'closed' : 'adopted';
  let isSynced = false;
  let isBridgeDirty = true;

  const writeInet = (delta: RulesetDelta): void => {
    const isSmall = countOf(delta.elements) <= MOST_CHANGED;
    if ((state === 'known' && isSmall) || (state === 'closed' && !isSynced)) {
      try {
        table.write(delta);
        return;
      } catch (error) {
        if (!isRefusal(error)) throw error;
        state = 'unknown';
        log(`the kernel refuses a change, and is read back: ${error.message}`);
      }
    }
    if (state === 'known' || state === 'closed') table.install(rules.ruleset());
    else table.restore(rules.ruleset());
    state = 'known';
  };

  return {
    start() {
      rules.setPodInterfaces(interfaces.podInterfaces());
      rules.flush();
      if (state === 'closed') table.install(rules.ruleset(), 'spare');
      bridge.write([]);
    },
    follow: rules.follow,
    hostChanged() {
      isBridgeDirty = true;
      rules.setPodInterfaces(interfaces.podInterfaces());
      for (const { pod, through } of rules.localPods()) {
        if (options.compile.interfaceOf(pod) !== through) rules.touch(pod);
      }
    },
    synced() {
      isSynced = true;
    },
    write() {
      if (state === 'adopted' && !isSynced) return;
      const delta = rules.flush();
      writeInet(delta);
      isBridgeDirty ||= delta.elements.some(({ set }) => set.name.startsWith('ready'));
      if (isBridgeDirty) bridge.write(rules.localPods());
      isBridgeDirty = false;
    },
    tidy: table.tidy,
    pods: rules.localPods,
    closed: rules.closed,
  };
}

function countOf(elements: readonly ElementsDelta[]): number {
  return elements.reduce((sum, { gone, come }) => sum + gone.length + come.length, 0);
}

/** Finds the number that most of a peer's addresses had in a ruleset. */
function numbersIn(
  ruleset: Ruleset | undefined,
): ((member: Member) => number | undefined) | undefined {
  if (ruleset === undefined) return undefined;
  const numbers = new Map<number | bigint, number>();
  for (const name of ['identities4', 'identities6', 'segments4', 'segments6']) {
    for (const { key, identity } of ruleset.elements.get(name) ?? []) {
      const [part] = key;
      const first = typeof part === 'object' ? part.first : part;
      if (identity === undefined || typeof first === 'string' || first === undefined) continue;
      numbers.set(first, identity);
    }
  }
  return (member) => {
    // The rest has it, too, but for those that came or went meanwhile.
    for (const pod of member.pods()) {
      for (const { value } of pod.addresses) {
        const number = numbers.get(value);
        if (number !== undefined && number >= FIRST_IDENTITY) return number;
      }
    }
    for (const { first } of member.ranges()) {
      const number = numbers.get(first);
      if (number !== undefined && number >= FIRST_IDENTITY) return number;
    }
    return undefined;
  };
}
