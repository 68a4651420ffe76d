import { isDeepStrictEqual } from 'node:util';
import { type Change, type KubernetesObject, type ObjectRef, refKey, refOf } from '@ringfence/core';
import { byName } from './by-name.ts';

/** The objects as those behind see them, and what is to be told of them. */
export interface Output {
  /** From now on an object is this. */
  show(object: KubernetesObject): void;
  hide(ref: ObjectRef): void;
  /** Is to be told as it is; among those of one object the order stays. */
  pass(ref: ObjectRef, change: Change): void;
  /** @returns what differs from what was told before, in an order that depends on nothing else. */
  flush(): readonly Change[];
  /** How many objects there are. */
  size(): number;
}

interface Pending {
  readonly ref: ObjectRef;
  readonly object: KubernetesObject | undefined;
}

interface Told {
  readonly key: string;
  readonly stage: number;
  readonly change: Change;
}

/** Makes an output that has told nothing. */
export function createOutput(): Output {
  const told = new Map<string, KubernetesObject>();
  const pending = new Map<string, Pending>();
  let passed: Told[] = [];

  const settle = (key: string, { ref, object }: Pending): readonly Told[] => {
    const before = told.get(key);
    if (object === undefined) {
      if (!told.delete(key)) return [];
      return [{ key, stage: DELETIONS - stageOf(ref.kind), change: { kind: 'delete', ref } }];
    }
    if (before !== undefined && isDeepStrictEqual(before, object)) return [];
    told.set(key, object);
    const stage = ref.kind === 'Namespace' ? NAMESPACES : UPSERTS + stageOf(ref.kind);
    return [{ key, stage, change: { kind: 'upsert', object } }];
  };

  return {
    show(object) {
      const ref = refOf(object);
      pending.set(refKey(ref), { ref, object });
    },
    hide(ref) {
      pending.set(refKey(ref), { ref, object: undefined });
    },
    pass(ref, change) {
      passed.push({ key: refKey(ref), stage: POLICIES, change });
    },
    flush() {
      const all = [...passed, ...[...pending].flatMap(([key, each]) => settle(key, each))];
      passed = [];
      pending.clear();
      // The sort is stable: what was passed of one object stays in its order.
      all.sort((left, right) => left.stage - right.stage || byName(left.key, right.key));
      return all.map(({ change }) => change);
    },
    size: () => told.size,
  };
}

/**
 * Policies come before the pods that they protect, and are entombed before these pods go; all that
 * goes makes room for what comes.
 */
const NAMESPACES = 0;
const POLICIES = 1;
const DELETIONS = 9;
const UPSERTS = 10;

/** What others need comes earlier, and goes later. */
function stageOf(kind: string): number {
  if (kind === 'Namespace') return 0;
  if (kind === 'Node') return 1;
  if (kind === 'Pod') return 4;
  return kind === 'Service' ? 3 : 2;
}
