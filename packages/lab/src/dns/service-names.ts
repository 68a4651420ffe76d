import { type Protocol, type Service, type ServicePort, targetPortOf } from '@ringfence/core';
import { type ClusterView, hasNamespace } from './cluster-view.ts';
import { type Endpoint, endpointsOf, serviceName } from './endpoints.ts';
import { type DomainName, isDomainName, nameOf } from './name.ts';
import { addressEntry, entryOf, type NameEntry, NOTHING, recordOf } from './name-entry.ts';
import type { ResourceRecord } from './record.ts';

const PROTOCOLS: ReadonlyMap<string, Protocol> = new Map([
  ['_tcp', 'TCP'],
  ['_udp', 'UDP'],
  ['_sctp', 'SCTP'],
]);
/** One is as good as the other. */
const PRIORITY = 0;
const WEIGHT = 100;

/**
 * What is known about a name below `svc.cluster.local`, given by its labels before that.
 *
 * A headless Service without endpoints has no name, nor does anything below it.
 *
 * @see https://github.com/kubernetes/dns/blob/master/docs/specification.md sections 2.3 to 2.5
 */
export function serviceEntry(cluster: ClusterView, labels: DomainName): NameEntry | undefined {
  const [namespace, name, last, first, ...more] = [...labels].reverse();
  if (namespace === undefined) return NOTHING;
  if (name === undefined) return hasNamespace(cluster, namespace) ? NOTHING : undefined;
  const service = cluster.service(namespace, name);
  if (service === undefined || more.length > 0) return undefined;
  if (service.type === 'ExternalName') return last === undefined ? aliasEntry(service) : undefined;
  const endpoints = service.headless ? endpointsOf(cluster, service) : [];
  if (service.headless && endpoints.length === 0) return undefined;
  if (last === undefined) return ownEntry(service, endpoints);
  if (PROTOCOLS.has(last)) return portEntry(service, endpoints, { protocol: last, port: first });
  if (first !== undefined) return undefined;
  const known = endpoints.filter(({ hostname }) => hostname === last);
  if (known.length === 0) return undefined;
  return addressEntry(
    [last, ...serviceName(service)],
    known.map(({ address }) => address),
  );
}

function aliasEntry(service: Service): NameEntry {
  const target = nameOf(service.externalName);
  // The API server lets no other name in; one from elsewhere leads nowhere.
  if (target.length === 0 || !isDomainName(target)) return NOTHING;
  return entryOf(serviceName(service), { kind: 'CNAME', target });
}

function ownEntry(service: Service, endpoints: readonly Endpoint[]): NameEntry {
  const addresses = service.headless ? endpoints.map(({ address }) => address) : service.clusterIPs;
  return addressEntry(serviceName(service), addresses);
}

/** Unnamed ports have no records; a protocol alone is a name where a port is below it. */
function portEntry(
  service: Service,
  endpoints: readonly Endpoint[],
  labels: { readonly protocol: string; readonly port: string | undefined },
): NameEntry | undefined {
  const protocol = PROTOCOLS.get(labels.protocol);
  const named = service.ports.filter((each) => each.name !== '' && each.protocol === protocol);
  const entries = named
    .filter(({ name }) => labels.port === undefined || labels.port === `_${name.toLowerCase()}`)
    .flatMap((port) => portRecords(service, endpoints, port) ?? []);
  if (entries.length === 0) return undefined;
  return labels.port === undefined ? NOTHING : entries[0];
}

function portRecords(
  service: Service,
  endpoints: readonly Endpoint[],
  port: ServicePort,
): NameEntry | undefined {
  const protocol = `_${port.protocol.toLowerCase()}`;
  const name = [`_${port.name.toLowerCase()}`, protocol, ...serviceName(service)];
  const srv = (number: number, target: DomainName): ResourceRecord =>
    recordOf(name, { kind: 'SRV', priority: PRIORITY, weight: WEIGHT, port: number, target });
  if (!service.headless) {
    const { records } = ownEntry(service, []);
    return { records: [srv(port.port, serviceName(service))], additional: records };
  }
  // Two addresses of one pod have one name, and so may two pods: each record is said once.
  const records = new Map<string, ResourceRecord>();
  const additional = new Map<string, ResourceRecord>();
  for (const endpoint of endpoints) {
    // Who comes through a headless Service meets the pod itself, on the pod's own port.
    const number = targetPortOf(endpoint.pod, port);
    if (number === undefined) continue;
    const { hostname, address } = endpoint;
    const target = [hostname, ...serviceName(service)];
    records.set(`${hostname} ${number}`, srv(number, target));
    additional.set(`${hostname} ${address.value}`, recordOf(target, { kind: 'address', address }));
  }
  if (records.size === 0) return undefined;
  return { records: [...records.values()], additional: [...additional.values()] };
}
