import type { ClusterPod } from '@ringfence/core';
import type { Voice } from './voice.ts';

/** A pod's voices, as far as rows are counted. */
interface Counted {
  readonly pod: ClusterPod;
  readonly rows: number;
}

/** Closes the pods with the most rows until the rows of the others fit. */
export function closedPods(
  pods: Iterable<readonly [ClusterPod, readonly Voice[]]>,
  maxRows: number,
): ReadonlyMap<ClusterPod, number> {
  const counted = [...pods].map(([pod, voices]): Counted => ({ pod, rows: rowsOf(pod, voices) }));
  let total = counted.reduce((sum, { rows }) => sum + rows, 0);
  const closed = new Map<ClusterPod, number>();
  if (total <= maxRows) return closed;
  const byRows = counted.sort(
    (left, right) => right.rows - left.rows || (nameOf(left) < nameOf(right) ? -1 : 1),
  );
  for (const { pod, rows } of byRows) {
    if (total <= maxRows) break;
    total -= rows;
    closed.set(pod, rows);
  }
  return closed;
}

/** The rows about itself are few, and not counted. */
function rowsOf(pod: ClusterPod, voices: readonly Voice[]): number {
  let rows = 0;
  for (const { family } of pod.addresses) {
    for (const voice of voices) rows += voice.rows.count(family);
  }
  return rows;
}

function nameOf({ pod: { object } }: Counted): string {
  return `${object.namespace}/${object.name}`;
}
