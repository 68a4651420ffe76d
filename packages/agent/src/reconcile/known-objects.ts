import {
  type Change,
  type Cluster,
  deletionOf,
  type KubernetesObject,
  type NetworkPolicy,
  type ObjectRef,
  refKey,
  refOf,
} from '@ringfence/core';

/** The objects that a source told of, as changes of a cluster. */
export interface KnownObjects {
  /**
   * The changes that make the cluster hold these objects and no others, one at a time.
   *
   * @param tombstones deleted policies that were in force before anything was known: they stay so as
   *   far as their namespaces are there.
   */
  replace(
    objects: readonly KubernetesObject[],
    tombstones?: readonly NetworkPolicy[],
  ): Iterable<Change>;
  /** Changes of a source, as changes of the cluster. */
  change(changes: readonly Change[]): Iterable<Change>;
}

/**
 * Keeps account of what a cluster was told. Each change has to be applied before the next one is
 * asked for: what a deletion is depends on what is left.
 */
export function createKnownObjects(cluster: Cluster): KnownObjects {
  const known = new Map<string, KubernetesObject>();

  function* forget(ref: ObjectRef): Iterable<Change> {
    if (known.delete(refKey(ref))) yield deletionOf(cluster, ref);
  }

  return {
    *replace(objects, tombstones = []) {
      const gone = new Map(known);
      if (gone.size > 0) for (const object of objects) gone.delete(refKey(refOf(object)));
      const isThere = new Set(
        objects.flatMap((each) => (each.kind === 'Namespace' ? [each.name] : [])),
      );
      let waiting = tombstones.filter(({ namespace }) => isThere.has(namespace));
      const graves = new Set(waiting.map(({ namespace }) => namespace));
      // Policies that come before the pods that they protect, and go after them, open nothing.
      for (const [rank, ofRank] of inOrder(objects, graves).entries()) {
        // Their namespaces and pods have to be known: a finished pod alone would let them go.
        if (rank === FIRST_POLICY) {
          for (const policy of waiting) yield { kind: 'entomb', policy };
          waiting = [];
        }
        for (const object of ofRank) {
          known.set(refKey(refOf(object)), object);
          yield { kind: 'upsert', object };
        }
      }
      for (const object of gone.values()) yield* forget(refOf(object));
    },
    *change(changes) {
      for (const change of changes) {
        if (change.kind === 'delete') {
          yield* forget(change.ref);
          continue;
        }
        if (change.kind === 'entomb') known.delete(refKey(refOf(change.policy)));
        else known.set(refKey(refOf(change.object)), change.object);
        yield change;
      }
    },
  };
}

const FIRST_POLICY = 2;

/** Sets are made before pods come that they have to be filled with: that is the least work. */
function inOrder(
  objects: readonly KubernetesObject[],
  graves: ReadonlySet<string>,
): readonly (readonly KubernetesObject[])[] {
  const namespaces: KubernetesObject[] = [];
  const buried: KubernetesObject[] = [];
  const others: KubernetesObject[] = [];
  const pods: KubernetesObject[] = [];
  for (const object of objects) {
    if (object.kind === 'Namespace') namespaces.push(object);
    else if (object.kind !== 'Pod') others.push(object);
    else if (graves.has(object.namespace)) buried.push(object);
    else pods.push(object);
  }
  return [namespaces, buried, others, pods];
}
