import type { Change, Cluster, ClusterDelta, ClusterPod } from '@ringfence/core';
import {
  type ClosedPod,
  type CompileOptions,
  createNodeRules,
  type ElementsDelta,
  type Field,
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
  /** Why pods are closed whose rows the kernel does not take; `undefined` where there are none. */
  blockedFor(): string | undefined;
}

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

/** Pods are closed because the kernel refused their rules. */
interface Blocking {
  readonly why: string;
  readonly retryMs: number;
  readonly retryAt: number;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 60_000;

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
  let blocking: Blocking | undefined;

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

  /** What cannot be written for some pods closes these, and nobody else; it is tried again. */
  const closeConcerned = (delta: RulesetDelta, error: Error): void => {
    const concerned = concernedBy(delta, rules.localPods());
    if (concerned.length === 0) throw error;
    const retryMs = Math.min((blocking?.retryMs ?? FIRST_RETRY_MS / 2) * 2, LAST_RETRY_MS);
    blocking = { why: error.message, retryMs, retryAt: performance.now() + retryMs };
    const names = concerned.map(({ object }) => `${object.namespace}/${object.name}`);
    log(`closed, as the kernel does not take their rules: ${names.join(', ')}: ${error.message}`);
    rules.block(concerned);
    rules.flush();
    table.restore(rules.ruleset());
    state = 'known';
    options.later(retryMs);
  };

  const writeOrClose = (): RulesetDelta => {
    const isTrial = blocking !== undefined && performance.now() >= blocking.retryAt;
    if (isTrial) rules.block([]);
    const delta = rules.flush();
    try {
      writeInet(delta);
      if (isTrial) blocking = undefined;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      closeConcerned(delta, error);
    }
    return delta;
  };

  return {
    start() {
      rules.setPodInterfaces(interfaces.podInterfaces());
      rules.flush();
      if (state !== 'closed') return;
      table.install(rules.ruleset(), 'spare');
      bridge.write([]);
    },
    follow(change, delta) {
      rules.follow(change, delta);
      for (const { before, after } of delta.pods) {
        const kept = after?.addresses ?? [];
        for (const address of before?.addresses ?? []) {
          if (!kept.includes(address)) interfaces.release(address);
        }
      }
    },
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
      const delta = writeOrClose();
      isBridgeDirty ||= delta.elements.some(({ set }) => set.name.startsWith('ready'));
      if (isBridgeDirty) bridge.write(rules.localPods());
      isBridgeDirty = false;
    },
    tidy: table.tidy,
    pods: rules.localPods,
    closed: rules.closed,
    blockedFor: () => blocking?.why,
  };
}

function countOf(elements: readonly ElementsDelta[]): number {
  return elements.reduce((sum, { gone, come }) => sum + gone.length + come.length, 0);
}

/** The pods of whom rows come, or which become others. */
function concernedBy({ elements }: RulesetDelta, pods: Iterable<LocalPod>): readonly ClusterPod[] {
  const subjects = new Set<unknown>();
  for (const { set, come } of elements) {
    const place = /^(?:egress|ingress)\d_/.test(set.name) ? set.key.findIndex(isAddress) : -1;
    if (place !== -1) for (const { key } of come) subjects.add(key[place]);
  }
  return [...pods].flatMap(({ pod }) =>
    pod.addresses.some(({ value }) => subjects.has(value)) ? [pod] : [],
  );
}

function isAddress(field: Field): boolean {
  return /^(?:source|destination)[46]$/.test(field);
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
