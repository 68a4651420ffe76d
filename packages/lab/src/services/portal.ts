import {
  type ContainerPort,
  formatAddress,
  type IpAddress,
  type Protocol,
  type Service,
  type ServicePort,
  targetPortOf,
  type TrafficPolicy,
} from '@ringfence/core';
import { firstOfFamilies } from '../first-of-families.ts';

/** A pod that a Service leads to. */
export interface Backend {
  /** The pod's name. */
  readonly name: string;
  readonly node: string;
  /** The first one in each family counts. */
  readonly addresses: readonly IpAddress[];
  readonly ports: readonly ContainerPort[];
}

/** One port of one cluster address of a Service: what every node must lead somewhere. */
export interface Portal {
  readonly protocol: Protocol;
  /** The cluster address; its family is that of all endpoints. */
  readonly address: IpAddress;
  readonly port: number;
  /** The port on every node that leads here, too; 0 where there is none. */
  readonly nodePort: number;
  /** In the order of their addresses, each once. */
  readonly endpoints: readonly PortalEndpoint[];
  /** For what comes to the node port. */
  readonly externalPolicy: TrafficPolicy;
  /** For what comes to the cluster address. */
  readonly internalPolicy: TrafficPolicy;
}

/** Where a portal leads. */
export interface PortalEndpoint {
  readonly address: IpAddress;
  readonly port: number;
  readonly node: string;
}

/** The portals of a Service, by the Service's `NAMESPACE/NAME`. */
export interface ServicePortals {
  readonly key: string;
  /** Empty for a Service that is gone, or that nodes have nothing to do for. */
  readonly portals: readonly Portal[];
}

/**
 * What nodes have to do for a Service that these pods stand behind.
 *
 * A portal without endpoints refuses. A Service without cluster address (headless, an external name,
 * or one that was not given any yet) has no portals. One without selector has them, and no endpoints:
 * nobody knows them here. Session affinity is not heeded: every connection is led by chance.
 */
export function portalsOf(service: Service, backends: Iterable<Backend>): readonly Portal[] {
  if (service.headless || service.type === 'ExternalName') return [];
  const behind = service.selector.size === 0 ? [] : [...backends];
  const portals = new Map<string, Portal>();
  for (const address of firstOfFamilies(service.clusterIPs)) {
    for (const port of service.ports) {
      const portal = portalAt(service, { address, port, behind });
      const key = `${address.family} ${portal.protocol} ${portal.port}`;
      if (!portals.has(key)) portals.set(key, portal);
    }
  }
  return [...portals.values()];
}

/** Writes portals so that equal ones, and only they, are equal texts. */
export function portalsText(portals: readonly Portal[]): string {
  return portals
    .map(({ endpoints, address, ...rest }) => {
      const own = [
        rest.protocol,
        rest.port,
        rest.nodePort,
        rest.externalPolicy,
        rest.internalPolicy,
      ];
      return [...own, formatAddress(address), ...endpoints.map(endpointText)].join(' ');
    })
    .join('\n');
}

/** Writes an endpoint with its node. */
function endpointText({ address, port, node }: PortalEndpoint): string {
  return `${formatAddress(address)}|${port}|${node}`;
}

function portalAt(
  service: Service,
  {
    address,
    port,
    behind,
  }: {
    readonly address: IpAddress;
    readonly port: ServicePort;
    readonly behind: readonly Backend[];
  },
): Portal {
  const onNodes = service.type === 'NodePort' || service.type === 'LoadBalancer';
  return {
    protocol: port.protocol,
    address,
    port: port.port,
    nodePort: onNodes ? port.nodePort : 0,
    endpoints: endpointsOf(behind, port, address.family),
    externalPolicy: service.externalTrafficPolicy,
    internalPolicy: service.internalTrafficPolicy,
  };
}

function endpointsOf(
  backends: readonly Backend[],
  port: ServicePort,
  family: IpAddress['family'],
): readonly PortalEndpoint[] {
  // Pods on their node's network share its address, and perhaps the port.
  const found = new Map<string, PortalEndpoint>();
  for (const backend of backends) {
    const address = backend.addresses.find((each) => each.family === family);
    const target = targetPortOf(backend, port);
    if (address === undefined || target === undefined) continue;
    found.set(`${address.value} ${target}`, { address, port: target, node: backend.node });
  }
  return [...found.values()].sort(byAddress);
}

function byAddress(left: PortalEndpoint, right: PortalEndpoint): number {
  if (left.address.value === right.address.value) return left.port - right.port;
  return left.address.value < right.address.value ? -1 : 1;
}
