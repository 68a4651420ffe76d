import type { Change } from '@ringfence/core';

/**
 * Counts the generations of NetworkPolicies whose manifests name none, as an API server does: 1 when
 * it comes, one more whenever it is another one.
 *
 * @returns the changes, with generations. They have to tell of a policy only where it is another one.
 */
export function createGenerations(): (changes: readonly Change[]) => readonly Change[] {
  const last = new Map<string, number>();
  return (changes) =>
    changes.map((change) => {
      if (change.kind === 'delete') {
        const { kind, namespace, name } = change.ref;
        last.delete(`${kind}/${namespace}/${name}`);
      }
      if (change.kind !== 'upsert' || !('generation' in change.object)) return change;
      const { object } = change;
      if (object.generation !== 0) return change;
      const key = `${object.kind}/${'namespace' in object ? object.namespace : ''}/${object.name}`;
      const generation = (last.get(key) ?? 0) + 1;
      last.set(key, generation);
      return { kind: 'upsert', object: { ...object, generation } };
    });
}
