import type { IpAddress } from '@ringfence/core';
import type { ClusterView } from './cluster-view.ts';
import { podEndpoints, serviceName } from './endpoints.ts';
import { type DomainName, isDomainName, labelsBelow, nameOf } from './name.ts';
import { entryOf, type NameEntry, NOTHING } from './name-entry.ts';

const ARPA = nameOf('arpa');
const IN_ADDR = nameOf('in-addr.arpa');
const IP6 = nameOf('ip6.arpa');

/** Whether a name belongs to the tree of addresses. */
export function isReverseName(name: DomainName): boolean {
  return labelsBelow(name, ARPA) !== undefined;
}

/**
 * What is known about a name that spells an address backwards: the Service or, below headless
 * Services, the pod that has it. A part of an address is taken to have something below it.
 *
 * Pods on their node's network have no such name: the address is the node's.
 *
 * @see https://github.com/kubernetes/dns/blob/master/docs/specification.md sections 2.3.3 and 2.4.3
 */
export function reverseEntry(cluster: ClusterView, name: DomainName): NameEntry | undefined {
  if (name.length === ARPA.length) return NOTHING;
  const spelled = addressOf(name);
  if (spelled === undefined || spelled === 'partial') return spelled && NOTHING;
  const targets = targetsOf(cluster, spelled).filter(isDomainName);
  if (targets.length === 0) return undefined;
  return entryOf(name, ...targets.map((target) => ({ kind: 'PTR', target }) as const));
}

function targetsOf(cluster: ClusterView, address: IpAddress): readonly DomainName[] {
  const service = cluster.serviceAt(address);
  if (service !== undefined) return [serviceName(service)];
  const pod = cluster.podAt(address);
  if (pod === undefined) return [];
  return cluster.headlessOf(pod.object).flatMap((headless) =>
    podEndpoints(cluster, headless, pod)
      .filter((endpoint) => endpoint.address.value === address.value)
      .map(({ hostname }) => [hostname, ...serviceName(headless)]),
  );
}

function addressOf(name: DomainName): IpAddress | 'partial' | undefined {
  const octets = labelsBelow(name, IN_ADDR);
  if (octets !== undefined) {
    if (octets.length > 4 || !octets.every(isOctet)) return undefined;
    if (octets.length < 4) return 'partial';
    return {
      family: 'IPv4',
      value: octets.reduceRight((sum, octet) => sum * 256 + Number(octet), 0),
    };
  }
  const nibbles = labelsBelow(name, IP6);
  if (nibbles === undefined || nibbles.length > 32) return undefined;
  if (!nibbles.every((nibble) => /^[0-9a-f]$/u.test(nibble))) return undefined;
  if (nibbles.length < 32) return 'partial';
  return { family: 'IPv6', value: BigInt(`0x${nibbles.toReversed().join('')}`) };
}

function isOctet(label: string): boolean {
  return /^(?:0|[1-9]\d{0,2})$/u.test(label) && Number(label) <= 255;
}
