import {
  type Change,
  type Cluster,
  deletionOf,
  failed,
  type KubernetesObject,
  type Labels,
  ok,
  type Result,
} from '@ringfence/core';
import { findObject, parseRef } from './object-ref.ts';
import type { Labelling } from './scenario.ts';

/** The change that brings an object, or replaces the one that has its name. */
export function applied(object: KubernetesObject): Change {
  return { kind: 'upsert', object };
}

/** The change that an object's deletion is: a policy of a dying namespace stays in force. */
export function deleted(cluster: Cluster, text: string, namespace: string): Result<Change, string> {
  const ref = parseRef(text, namespace);
  if (findObject(cluster, ref) === undefined) return failed(`there is no \`${text}\` to delete`);
  return ok(deletionOf(cluster, ref));
}

/** The change that gives a pod, namespace or node other labels. */
export function relabelled(
  cluster: Cluster,
  { object: text, labels }: Labelling,
  namespace: string,
): Result<Change, string> {
  const object = findObject(cluster, parseRef(text, namespace));
  if (object === undefined) return failed(`there is no \`${text}\` to label`);
  if (object.kind !== 'Pod' && object.kind !== 'Namespace' && object.kind !== 'Node') {
    return failed(`\`${text}\`: only the labels of pods, namespaces and nodes can be changed`);
  }
  const name = new Map(
    object.kind === 'Namespace' ? [['kubernetes.io/metadata.name', object.name]] : [],
  );
  return ok(applied({ ...object, labels: new Map([...changed(object.labels, labels), ...name]) }));
}

function changed(before: Labels, changes: Labelling['labels']): Labels {
  const after = new Map(before);
  for (const [key, value] of changes) {
    if (value === null) after.delete(key);
    else after.set(key, value);
  }
  return after;
}
