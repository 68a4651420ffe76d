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
  type NodeRules,
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
  /** Why the kernel does not take a pod's rows; `undefined` where it takes them. */
  blockedFor(pod: ClusterPod): string | undefined;
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
  readonly pods: ReadonlySet<ClusterPod>;
  readonly retryMs: number;
  readonly retryAt: number;
}

/** So long is looked for whose rows it is that the kernel does not take. */
const MOST_SEARCH_MS = 2_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 60_000;

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
  const makeRules = (): NodeRules =>
    createNodeRules(options.cluster, options.node, {
      ...options.compile,
      numberBefore: numbersIn(table.adopted),
    });
  let rules = makeRules();
  let state: State = 'closed';
  if (table.hasOther) state = 'other';
  if (table.adopted !== undefined) state = 'adopted';
  let isSynced = false;
  let isBridgeDirty = true;
  let blocking: Blocking | undefined;

  /** Whatever goes wrong, it is not known any more what the kernel has. */
  const writeInet = (delta: RulesetDelta): void => {
    const before = state;
    const isSmall = countOf(delta.elements) <= MOST_CHANGED;
    state = 'unknown';
    if ((before === 'known' && isSmall) || (before === 'closed' && !isSynced)) {
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
  };

  /** What cannot be written for some pods closes these, and nobody else; it is tried again. */
  const closeConcerned = (delta: RulesetDelta, error: Error): void => {
    const concerned = concernedBy(delta, rules.localPods());
    if (concerned.length === 0) throw error;
    const refused = new Set([...(blocking?.pods ?? []), ...concerned]);
    const settle = (): void => {
      rules.block(refused);
      flushed();
      table.restore(rules.ruleset());
    };
    const limit = performance.now() + MOST_SEARCH_MS;
    /** Opens as many of these as the kernel takes; what there is no time for is tried again later. */
    const open = (pods: readonly ClusterPod[]): void => {
      if (performance.now() > limit) return;
      for (const pod of pods) refused.delete(pod);
      try {
        settle();
      } catch (refusal) {
        if (!isRefusal(refusal)) throw refusal;
        for (const pod of pods) refused.add(pod);
        const half = Math.ceil(pods.length / 2);
        if (pods.length === 1) return;
        open(pods.slice(0, half));
        open(pods.slice(half));
      }
    };
    settle();
    open(concerned);
    settle();
    state = 'known';
    if (refused.size === 0) {
      blocking = undefined;
      return;
    }
    const retryMs = Math.min((blocking?.retryMs ?? FIRST_RETRY_MS / 2) * 2, LAST_RETRY_MS);
    const retryAt = performance.now() + retryMs;
    blocking = { why: error.message, pods: refused, retryMs, retryAt };
    const names = [...refused].map(({ object }) => `${object.namespace}/${object.name}`);
    log(`closed, as the kernel does not take their rules: ${names.join(', ')}: ${error.message}`);
    options.later(retryMs);
  };

  /** What was worked out half is not worked on: the rules are made anew, out of the cluster. */
  const flushed = (): RulesetDelta => {
    try {
      return rules.flush();
    } catch (error) {
      rules = makeRules();
      rules.setPodInterfaces(interfaces.podInterfaces());
      if (state === 'known') state = 'unknown';
      blocking = undefined;
      throw error;
    }
  };

  /** Until the source has told, what is in force stays: only new interfaces of pods are closed. */
  const closeInterfaces = (): void => {
    const delta = flushed().elements.find(({ set }) => set.name === POD_INTERFACES);
    const known = new Set(
      table.adopted?.elements.get(POD_INTERFACES)?.map(({ key: [name] }) => name),
    );
    const come = delta?.come.filter(({ key: [name] }) => !known.has(name)) ?? [];
    if (delta === undefined || come.length === 0) return;
    const elements = [{ set: delta.set, gone: [], come }];
    table.write({ elements, newNumbers: NONE, oldNumbers: NONE });
  };

  const writeOrClose = (): RulesetDelta => {
    const isTrial = blocking !== undefined && performance.now() >= blocking.retryAt;
    if (isTrial) rules.block([]);
    const delta = flushed();
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
      if (state === 'adopted') closeInterfaces();
      if (state !== 'closed') return;
      rules.flush();
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
      if (state === 'adopted' && !isSynced) closeInterfaces();
      if ((state === 'adopted' || state === 'other') && !isSynced) return;
      const delta = writeOrClose();
      isBridgeDirty ||= delta.elements.some(({ set }) => set.name.startsWith('ready'));
      if (isBridgeDirty) bridge.write(rules.localPods());
      isBridgeDirty = false;
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
    closed: () => rules.closed(),
    blockedFor: (pod) => (blocking?.pods.has(pod) === true ? blocking.why : undefined),
  };
}

function countOf(elements: readonly ElementsDelta[]): number {
  return elements.reduce((sum, { gone, come }) => sum + gone.length + come.length, 0);
}

const POD_INTERFACES = 'pod_interfaces';
const NONE: ReadonlySet<number> = new Set();

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
