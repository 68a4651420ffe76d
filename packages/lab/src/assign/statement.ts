import {
  type Change,
  type KubernetesObject,
  type ObjectRef,
  refKey,
  refOfChange,
  WORKLOAD_KINDS,
} from '@ringfence/core';

/** What a batch of changes says of one object in the end. */
export interface Statement {
  readonly ref: ObjectRef;
  /** `undefined` where it is gone. */
  readonly object: KubernetesObject | undefined;
}

/** A change of something that is told on as it is. */
export interface PassedChange {
  readonly ref: ObjectRef;
  readonly change: Change;
}

/** The kinds that something is filled into, or whose objects tell what to fill in. */
const KINDS: ReadonlySet<string> = new Set([
  'Namespace',
  'Node',
  'Pod',
  'Service',
  ...WORKLOAD_KINDS,
]);

/** Sorts a batch into what is said of objects and what is passed on. */
export function readBatch(changes: readonly Change[]): {
  readonly statements: readonly Statement[];
  readonly passed: readonly PassedChange[];
} {
  const statements = new Map<string, Statement>();
  const passed: PassedChange[] = [];
  for (const change of changes) {
    const ref = refOfChange(change);
    if (!KINDS.has(ref.kind)) passed.push({ ref, change });
    else {
      const object = change.kind === 'upsert' ? change.object : undefined;
      statements.set(refKey(ref), { ref, object });
    }
  }
  return { statements: [...statements.values()], passed };
}
