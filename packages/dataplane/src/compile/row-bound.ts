import type { ClusterPod } from '@ringfence/core';
import type { Voice } from './voice.ts';

/** How many rows the pods of a node have; the rows about themselves are few, and not counted. */
export interface RowBound {
  /** Counts a pod's rows anew; a pod without voices has none. */
  count(pod: ClusterPod, voices: readonly Voice[]): void;
  /** The pods with the most rows, without whom the rows of the others fit; with their rows. */
  closed(): ReadonlyMap<ClusterPod, number>;
}

/** Counts the rows of no pods. */
export function createRowBound(maxRows: number): RowBound {
  const counts = new Map<ClusterPod, number>();
  let total = 0;
  return {
    count(pod, voices) {
      const rows = rowsOf(pod, voices);
      total += rows - (counts.get(pod) ?? 0);
      if (rows === 0) counts.delete(pod);
      else counts.set(pod, rows);
    },
    closed() {
      if (total <= maxRows) return NOBODY;
      const closed = new Map<ClusterPod, number>();
      let left = total;
      for (const [pod, rows] of [...counts].sort(byRows)) {
        if (left <= maxRows) break;
        left -= rows;
        closed.set(pod, rows);
      }
      return closed;
    },
  };
}

const NOBODY: ReadonlyMap<ClusterPod, number> = new Map();

/** How many rows the voices of a pod have for its addresses. */
export function rowsOf(pod: ClusterPod, voices: readonly Voice[]): number {
  let rows = 0;
  for (const { family } of pod.addresses) {
    for (const voice of voices) rows += voice.rows.count(family);
  }
  return rows;
}

/** The most first; of equal ones by name. */
function byRows(left: readonly [ClusterPod, number], right: readonly [ClusterPod, number]): number {
  return right[1] - left[1] || (nameOf(left[0]) < nameOf(right[0]) ? -1 : 1);
}

function nameOf({ object }: ClusterPod): string {
  return `${object.namespace}/${object.name}`;
}
