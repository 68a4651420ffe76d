import type { Cluster, ClusterPod, Family, Service } from '@ringfence/core';
import { podAt } from '../ends/pod-at.ts';
import type { ResolvedEnd } from '../ends/resolve-end.ts';
import type { AskedPort } from '../truth/truth-row.ts';
import { isOutside } from './probe-end.ts';

/** What is dialled: an end itself, or a Service's own address, behind which are backends. */
export type Destination =
  | { readonly kind: 'end'; readonly end: ResolvedEnd }
  | {
      readonly kind: 'service';
      readonly service: Service;
      /** Set where one of its addresses was named. */
      readonly family: Family | undefined;
      /** INVARIANT: never empty. */
      readonly backends: readonly ResolvedEnd[];
    };

/** The outside is asked on what most of it answers. */
const OUTSIDE_PORT: AskedPort = { protocol: 'TCP', port: 443 };

/** Gathers the backends of a Service that has an address; those of others are dialled one by one. */
export function destinationsOf(ends: readonly ResolvedEnd[]): readonly Destination[] {
  const services = new Map<string, ResolvedEnd[]>();
  const destinations: Destination[] = [];
  for (const end of ends) {
    const { service, family } = end;
    if (service === undefined || service.clusterIPs.length === 0) {
      destinations.push({ kind: 'end', end });
      continue;
    }
    const key = `${service.namespace}/${service.name} ${family ?? ''}`;
    const backends = services.get(key);
    if (backends === undefined) {
      const first = [end];
      services.set(key, first);
      destinations.push({ kind: 'service', service, family, backends: first });
    } else backends.push(end);
  }
  return destinations;
}

/** The ports on which a destination is known to answer. */
export function portsOf(
  cluster: Cluster,
  destination: Destination,
  portsOfPod: (pod: ClusterPod) => readonly AskedPort[],
): readonly AskedPort[] {
  if (destination.kind === 'service') return destination.service.ports;
  const { end } = destination;
  if (end.service !== undefined) return end.service.ports;
  const pod = podAt(cluster, end.endpoint);
  if (pod !== undefined) return portsOfPod(pod);
  return isOutside(cluster, end.endpoint) ? [OUTSIDE_PORT] : [];
}
