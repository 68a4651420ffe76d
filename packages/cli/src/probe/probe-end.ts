import {
  type Cluster,
  type Endpoint,
  FAMILIES,
  type Family,
  ok,
  parseAddress,
  type Result,
} from '@ringfence/core';
import { podAt } from '../ends/pod-at.ts';
import { resolveEnd, type ResolvedEnd } from '../ends/resolve-end.ts';
import { labelOfPod } from '../ends/spelling.ts';

/** One end of a connection that is made. */
export interface ProbeEnd {
  readonly endpoint: Endpoint;
  /** `shop/web-1`, `203.0.113.7`. */
  readonly label: string;
  /** Whose part it is in the table: `shop/web`, `outside`. */
  readonly group: string;
}

/** Addresses of blocks that documents give to nobody: they stand for everyone outside. */
const OUTSIDE: Readonly<Record<Family, string>> = { IPv4: '203.0.113.7', IPv6: '2001:db8:ffff::7' };

/** The ends that were named; without any, every pod that runs, and the outside. */
export function probeEnds(
  cluster: Cluster,
  texts: readonly string[],
  namespace: string,
): Result<readonly ResolvedEnd[], string> {
  if (texts.length === 0) return ok([...everyOutside(cluster), ...everyPod(cluster)]);
  const ends: ResolvedEnd[] = [];
  for (const text of texts) {
    const found = resolveEnd(cluster, text, { namespace });
    if (found.kind === 'failed') return found;
    ends.push(...found.value);
  }
  return ok(ends);
}

/** An end as the table names it. */
export function probeEnd(cluster: Cluster, { endpoint, label }: ResolvedEnd): ProbeEnd {
  const pod = podAt(cluster, endpoint);
  if (pod !== undefined) {
    return { endpoint, label, group: `${pod.object.namespace}/${cluster.ownerOf(pod).name}` };
  }
  const standard = FAMILIES.some((family) => OUTSIDE[family] === label);
  return { endpoint, label, group: standard ? 'outside' : label };
}

/** Whether an end is no pod, node or Service. */
export function isOutside(cluster: Cluster, endpoint: Endpoint): boolean {
  return (
    endpoint.kind === 'address' &&
    cluster.podAt(endpoint.address) === undefined &&
    cluster.nodeNamesAt(endpoint.address).length === 0
  );
}

/** Every pod that runs, by namespace and name. */
function everyPod(cluster: Cluster): readonly ResolvedEnd[] {
  const running = [...cluster.pods()].filter(({ object, standIn }) => !object.finished && !standIn);
  return running
    .map((pod): ResolvedEnd => {
      const { namespace, name } = pod.object;
      const endpoint: Endpoint = { kind: 'pod', namespace, name };
      return { endpoint, label: labelOfPod(pod), service: undefined, family: undefined, note: '' };
    })
    .sort((left, right) => (left.label < right.label ? -1 : 1));
}

/** The outside in the families that pods have. */
function everyOutside(cluster: Cluster): readonly ResolvedEnd[] {
  const used = new Set<Family>();
  for (const { object } of cluster.pods())
    for (const { family } of object.addresses) used.add(family);
  return FAMILIES.filter((family) => used.has(family)).map((family) => {
    const address = parseAddress(OUTSIDE[family]);
    if (address.kind === 'failed') throw new Error(address.error);
    const endpoint: Endpoint = { kind: 'address', address: address.value.address };
    return { endpoint, label: OUTSIDE[family], service: undefined, family, note: '' };
  });
}
