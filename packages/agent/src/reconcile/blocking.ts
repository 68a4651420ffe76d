import type { ClusterPod } from '@ringfence/core';
import type { Field, LocalPod, NodeRules, RulesetDelta } from '@ringfence/dataplane';
import { isRefusal } from './refusal.ts';

/** The pods that are closed because the kernel does not take their rows. */
export interface Blocking {
  /** Whether it is time to try their rows again. */
  isDue(): boolean;
  /** They are as any others now. */
  lift(): void;
  /**
   * Closes those whose rows a change brings, and then opens as many of them as the kernel takes; what
   * stays closed is tried again, ever more seldom.
   *
   * @throws {KernelError|SystemError} what it was refused with, where that is about no pod.
   */
  close(refused: RulesetDelta, error: Error): void;
  /** Why the kernel does not take a pod's rows; `undefined` where it takes them. */
  whyOf(pod: ClusterPod): string | undefined;
}

export interface BlockingOptions {
  readonly rules: () => Pick<NodeRules, 'block' | 'localPods'>;
  /** Makes the kernel hold what the rules say now. @throws {KernelError|SystemError} */
  readonly settle: () => void;
  readonly log: (message: string) => void;
  /** Has rows tried again after a while. */
  readonly later: (ms: number) => void;
}

interface Blocked {
  readonly why: string;
  readonly pods: ReadonlySet<ClusterPod>;
  readonly retryMs: number;
  readonly retryAt: number;
}

/** So long is looked for whose rows it is that the kernel does not take. */
const MOST_SEARCH_MS = 2_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 60_000;

/** Closes nobody yet. */
export function createBlocking({ rules, settle, log, later }: BlockingOptions): Blocking {
  let blocked: Blocked | undefined;

  const settleWithout = (refused: ReadonlySet<ClusterPod>): void => {
    rules().block(refused);
    settle();
  };

  /** Opens as many of these as the kernel takes; what there is no time for is tried again later. */
  const open = (pods: readonly ClusterPod[], refused: Set<ClusterPod>, limit: number): void => {
    if (performance.now() > limit) return;
    for (const pod of pods) refused.delete(pod);
    try {
      settleWithout(refused);
    } catch (refusal) {
      if (!isRefusal(refusal)) throw refusal;
      for (const pod of pods) refused.add(pod);
      if (pods.length === 1) return;
      const half = Math.ceil(pods.length / 2);
      open(pods.slice(0, half), refused, limit);
      open(pods.slice(half), refused, limit);
    }
  };

  return {
    isDue() {
      if (blocked === undefined) return false;
      const waitMs = blocked.retryAt - performance.now();
      // A timer that was set in a long turn goes off early: whoever looks too soon looks again.
      if (waitMs > 0) later(waitMs);
      return waitMs <= 0;
    },
    lift() {
      blocked = undefined;
    },
    close(delta, error) {
      const concerned = concernedBy(delta, rules().localPods());
      if (concerned.length === 0) throw error;
      const refused = new Set([...(blocked?.pods ?? []), ...concerned]);
      const limit = performance.now() + MOST_SEARCH_MS;
      try {
        settleWithout(refused);
        open(concerned, refused, limit);
        settleWithout(refused);
      } catch (failure) {
        // Nobody stays closed of whom nobody knows that they are to be tried again.
        rules().block(blocked?.pods ?? []);
        throw failure;
      }
      if (refused.size === 0) {
        blocked = undefined;
        return;
      }
      const retryMs = Math.min((blocked?.retryMs ?? FIRST_RETRY_MS / 2) * 2, LAST_RETRY_MS);
      const retryAt = performance.now() + retryMs;
      blocked = { why: error.message, pods: refused, retryMs, retryAt };
      const names = [...refused].map(({ object }) => `${object.namespace}/${object.name}`);
      log(`closed, as the kernel does not take their rules: ${names.join(', ')}: ${error.message}`);
      later(retryMs);
    },
    whyOf: (pod) => (blocked?.pods.has(pod) === true ? blocked.why : undefined),
  };
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
