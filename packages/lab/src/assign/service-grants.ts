import {
  type Cidr,
  cidrHas,
  type Family,
  firstAddress,
  hostCidr,
  type IpAddress,
  type Service,
  sameAddress,
  formatCidr,
} from '@ringfence/core';
import { type AddressPool, createAddressPool } from './address-pool.ts';
import { DNS_SERVICE } from './cluster-dns-objects.ts';
import { createNodePorts } from './node-ports.ts';
import { nameKey } from '../object-key.ts';
import { familiesOf, hasAddresses, openPorts, portKey } from './service-needs.ts';

/** What one Service has that no manifest states. */
export interface ServiceGrant {
  readonly addresses: Map<Family, IpAddress>;
  /** By protocol and port. */
  readonly nodePorts: Map<string, number>;
}

/** Gives Services addresses and node ports. */
export interface ServiceGiver {
  /** Takes back what a Service has no use for any more. */
  prune(service: Service, grant: ServiceGrant): void;
  /**
   * Gives a Service what it lacks; what it was given before stays.
   *
   * @returns what could not be given, in words.
   */
  give(service: Service, grant: ServiceGrant): readonly string[];
  /** The Service with what it was given. */
  fill(service: Service, grant: ServiceGrant): Service;
}

/** What a Service may be given, as others see it. */
export interface ServiceWorld {
  readonly ranges: readonly Cidr[];
  readonly isFree: (address: IpAddress) => boolean;
  readonly isPortFree: (port: number) => boolean;
  readonly podRangeAt: (address: IpAddress) => Cidr | undefined;
}

/** Where in the range cluster DNS has its address, as kubeadm and everybody after it has it. */
const DNS_OFFSET = 10;

/** Makes a giver of everything in these ranges. */
export function createServiceGiver(world: ServiceWorld): ServiceGiver {
  const { ranges, isFree, isPortFree, podRangeAt } = world;
  const known = ranges.map(({ family }) => family);
  const nodePorts = createNodePorts();
  const pools = ranges.map((range) => {
    const dns = dnsAddress(range);
    const obstacle = (address: IpAddress): Cidr | undefined =>
      isFree(address) && !sameAddress(address, dns) ? podRangeAt(address) : hostCidr(address);
    return createAddressPool(range, obstacle, staticBand(range));
  });

  const lacking = (service: Service): readonly Family[] =>
    hasAddresses(service)
      ? familiesOf(service, known).filter(
          (family) => !service.clusterIPs.some((stated) => stated.family === family),
        )
      : [];

  const take = (service: Service, pool: AddressPool): IpAddress | undefined => {
    const dns = dnsAddress(pool.range);
    const isDns = nameKey(service) === nameKey(DNS_SERVICE);
    return isDns && cidrHas(pool.range, dns) && isFree(dns) ? dns : pool.take();
  };

  const giveAddress = (
    service: Service,
    family: Family,
    grant: ServiceGrant,
  ): readonly string[] => {
    const pool = pools.find(({ range }) => range.family === family);
    if (pool === undefined) return [`asks for an ${family} address, and Services have none here`];
    const address = take(service, pool);
    if (address === undefined) {
      return [`no ${family} address is left for it in ${formatCidr(pool.range)}`];
    }
    grant.addresses.set(family, address);
    return [];
  };

  const giveNodePort = (key: string, grant: ServiceGrant): readonly string[] => {
    const own = new Set(grant.nodePorts.values());
    const port = nodePorts.take((free) => isPortFree(free) && !own.has(free));
    if (port === undefined) return [`no node port is left for its port ${key}`];
    grant.nodePorts.set(key, port);
    return [];
  };

  return {
    prune(service, grant) {
      const families = lacking(service);
      const keys = openPorts(service).map(portKey);
      const own = new Set(service.ports.map(({ nodePort }) => nodePort));
      keepOnly(grant.addresses, (family) => families.includes(family));
      // What another of its ports states now, a port that was given it cannot keep.
      keepOnly(grant.nodePorts, (key, port) => keys.includes(key) && !own.has(port));
    },
    give: (service, grant) => [
      ...lacking(service)
        .filter((family) => !grant.addresses.has(family))
        .flatMap((family) => giveAddress(service, family, grant)),
      ...[...new Set(openPorts(service).map(portKey))]
        .filter((key) => !grant.nodePorts.has(key))
        .flatMap((key) => giveNodePort(key, grant)),
    ],
    fill: (service, { addresses, nodePorts: ports }) => ({
      ...service,
      families: familiesOf(service, known),
      clusterIPs: hasAddresses(service)
        ? [
            ...service.clusterIPs,
            ...lacking(service).flatMap((family) => addresses.get(family) ?? []),
          ]
        : [],
      ports: service.ports.map((port) =>
        port.nodePort === 0 ? { ...port, nodePort: ports.get(portKey(port)) ?? 0 } : port,
      ),
    }),
  };
}

/** The part that Kubernetes leaves to those who choose an address by hand. */
function staticBand(range: Cidr): bigint {
  const size = BigInt(range.last) - BigInt(range.first) + 1n;
  const sixteenth = size / 16n;
  return (sixteenth < 16n ? 16n : sixteenth > 256n ? 256n : sixteenth) + 1n;
}

function dnsAddress(range: Cidr): IpAddress {
  const first = firstAddress(range);
  return first.family === 'IPv4'
    ? { family: 'IPv4', value: first.value + DNS_OFFSET }
    : { family: 'IPv6', value: first.value + BigInt(DNS_OFFSET) };
}

function keepOnly<K, V>(map: Map<K, V>, isKept: (key: K, value: V) => boolean): void {
  for (const [key, value] of map) if (!isKept(key, value)) map.delete(key);
}
