import {
  type Family,
  formatAddress,
  type IpAddress,
  type Service,
  type ServicePort,
} from '@ringfence/core';

/** Whether a Service is known under addresses of its own. */
export function hasAddresses({ type, headless }: Service): boolean {
  return type !== 'ExternalName' && !headless;
}

/**
 * The families of a Service, the first one first.
 *
 * @param known the families in which Services can be given addresses.
 */
export function familiesOf(service: Service, known: readonly Family[]): readonly Family[] {
  if (service.type === 'ExternalName') return service.families;
  const stated = [...new Set(service.clusterIPs.map(({ family }) => family))];
  // An address says of what family it is; a list that says otherwise is wrong.
  const asked = stated.length > 0 ? stated : service.families;
  const first = asked.length > 0 ? asked : known.slice(0, 1);
  // Kubernetes cannot know of what family endpoints are that somebody else manages.
  const isOpen = service.headless && service.selector.size === 0;
  if (!service.dualStack && !isOpen) return first;
  return [...first, ...known.filter((family) => !first.includes(family))];
}

/** What a Service states that no other may have: addresses and node ports, in words. */
export function statedClaims(service: Service): readonly string[] {
  const addresses = hasAddresses(service) ? service.clusterIPs.map(addressClaim) : [];
  const ports = hasNodePorts(service) ? service.ports.map(({ nodePort }) => nodePort) : [];
  return [...addresses, ...ports.filter((port) => port !== 0).map(nodePortClaim)];
}

/** A node port as a claim: one for all protocols. */
export function nodePortClaim(port: number): string {
  return `node port ${port}`;
}

/** The ports of a Service that are to be given a node port. */
export function openPorts(service: Service): readonly ServicePort[] {
  return hasNodePorts(service) ? service.ports.filter(({ nodePort }) => nodePort === 0) : [];
}

/** Names one port among those of a Service. */
export function portKey({ protocol, port }: ServicePort): string {
  return `${protocol} ${port}`;
}

function hasNodePorts(service: Service): boolean {
  return hasAddresses(service) && (service.type === 'NodePort' || service.type === 'LoadBalancer');
}

function addressClaim(address: IpAddress): string {
  return `address \`${formatAddress(address)}\``;
}
