import type { Endpoint } from '@ringfence/core';

/** Whether two ends are one pod: what a pod sends itself is no question between workloads. */
export function isSamePod(left: Endpoint, right: Endpoint): boolean {
  if (left.kind !== 'pod' || right.kind !== 'pod') return false;
  return left.namespace === right.namespace && left.name === right.name;
}
