import { FAMILIES, formatAddress, type IpAddress, type Pod, type Service } from '@ringfence/core';
import type { ClusterPod, Family } from '@ringfence/core';
import { CLUSTER_DOMAIN, type ClusterView } from './cluster-view.ts';
import type { DomainName } from './name.ts';

/** One address of a pod behind a headless Service. */
export interface Endpoint {
  /** Its name below the Service's: the pod's host name, or its address with dashes. */
  readonly hostname: string;
  readonly address: IpAddress;
  readonly pod: Pod;
}

/** The domain name of a Service. */
export function serviceName({ namespace, name }: Service): DomainName {
  return [name, namespace, 'svc', ...CLUSTER_DOMAIN];
}

/** The endpoints of a headless Service, in the families that it asks for. */
export function endpointsOf(cluster: ClusterView, service: Service): readonly Endpoint[] {
  return cluster.backends(service).flatMap((pod) => podEndpoints(cluster, service, pod));
}

/**
 * The endpoints that one of its pods is. Pods that are going away take no new clients.
 *
 * A pod whose containers are not ready counts: the lab's pods answer as soon as they have an address.
 */
export function podEndpoints(
  cluster: ClusterView,
  service: Service,
  { object: pod, addresses, standIn }: ClusterPod,
): readonly Endpoint[] {
  if (standIn || pod.finished || pod.terminating) return [];
  const families = familiesOf(service);
  const own = hostnameOf(cluster, service, pod);
  return addresses
    .filter(({ family }) => families.includes(family))
    .map((address) => ({ hostname: own ?? dashed(address), address, pod }));
}

function familiesOf({ families, dualStack }: Service): readonly Family[] {
  return dualStack || families.length === 0 ? FAMILIES : families;
}

const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/u;

/**
 * The name by which a pod wants to be known below a Service. The StatefulSet controller writes a
 * pod's name and Service into it; manifests of such pods may leave it out.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
 */
function hostnameOf(cluster: ClusterView, service: Service, pod: Pod): string | undefined {
  const { namespace, owner } = pod;
  const set = owner?.kind === 'StatefulSet' ? owner.name : undefined;
  const hostname = (
    pod.hostname === '' && set !== undefined ? pod.name : pod.hostname
  ).toLowerCase();
  if (!DNS_LABEL.test(hostname)) return undefined;
  const subdomain =
    pod.subdomain === '' && set !== undefined
      ? cluster.workload('StatefulSet', namespace, set)?.template.subdomain
      : pod.subdomain;
  return subdomain === service.name ? hostname : undefined;
}

function dashed(address: IpAddress): string {
  return formatAddress(address).replaceAll(/[.:]/gu, '-');
}
