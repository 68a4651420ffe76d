import { type Change, type KubernetesObject, refKey, refOf } from '@ringfence/core';

/**
 * Tells what makes some objects of others; nothing where they mean the same, in whatever order.
 *
 * The order of the changes is one in which no pod is ever without its policies: pods go first and
 * come last. What policies stand on (namespaces, nodes) comes before them and goes after them.
 */
export function changesBetween(
  before: readonly KubernetesObject[],
  after: readonly KubernetesObject[],
): readonly Change[] {
  const { isDeepStrictEqual } = process.getBuiltinModule('node:util');
  const gone = new Map(before.map((object) => [keyOf(object), object]));
  const changes: Ranked[] = [];
  for (const object of after) {
    const key = keyOf(object);
    const last = gone.get(key);
    gone.delete(key);
    if (last === object || isDeepStrictEqual(last, object)) continue;
    changes.push({ change: { kind: 'upsert', object }, rank: RANKS[object.kind] });
  }
  for (const object of gone.values()) {
    const ref = refOf(object);
    const rank = object.kind === 'Pod' ? -1 : 2 * RANKS.Pod - RANKS[object.kind];
    changes.push({ change: { kind: 'delete', ref }, rank });
  }
  return changes.sort((left, right) => left.rank - right.rank).map(({ change }) => change);
}

interface Ranked {
  readonly change: Change;
  readonly rank: number;
}

function keyOf(object: KubernetesObject): string {
  return refKey(refOf(object));
}

/** The order in which objects come, and go the other way round. */
const RANKS = {
  Namespace: 0,
  Node: 1,
  NetworkPolicy: 2,
  ClusterNetworkPolicy: 2,
  AdminNetworkPolicy: 2,
  BaselineAdminNetworkPolicy: 2,
  undecodable: 2,
  Service: 3,
  Deployment: 4,
  ReplicaSet: 4,
  StatefulSet: 4,
  DaemonSet: 4,
  Job: 4,
  CronJob: 4,
  ReplicationController: 4,
  Pod: 5,
} as const satisfies Readonly<Record<KubernetesObject['kind'], number>>;
