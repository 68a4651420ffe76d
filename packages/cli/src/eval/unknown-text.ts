import { type Cluster, commonFamilies, type Family } from '@ringfence/core';
import { podAt } from '../ends/pod-at.ts';
import type { ResolvedEnd } from '../ends/resolve-end.ts';
import type { Pair } from './question.ts';

/** Says what is missing where there is no verdict. */
export function unknownText(cluster: Cluster, { from, to, family }: Pair): string {
  const reasons = [from, to].flatMap((end) => {
    const reason = missing(cluster, end, family);
    return reason === undefined ? [] : [`${end.label} ${reason}`];
  });
  return reasons.length === 0
    ? 'it depends on an address that an end does not have'
    : [...new Set(reasons)].join(', and ');
}

function missing(
  cluster: Cluster,
  { endpoint }: ResolvedEnd,
  family: Family | 'any',
): string | undefined {
  if (podAt(cluster, endpoint)?.object.finished === true) {
    return 'has finished, so its addresses may be those of another pod by now';
  }
  const families = commonFamilies(cluster, { from: endpoint, to: endpoint });
  if (families === undefined) return 'has no address yet, and a rule about addresses decides';
  return family === 'any' || families.includes(family) ? undefined : `has no ${family} address`;
}
