import {
  type Cluster,
  commonFamilies,
  type Connection,
  type Endpoint,
  type Family,
  type IpAddress,
  unreachable,
} from '@ringfence/core';

/** One attempt to connect, between addresses of one family: as a kernel sees it. */
export interface Attempt extends Pick<Connection, 'protocol' | 'port' | 'viaService'> {
  readonly from: IpAddress;
  readonly to: IpAddress;
}

/**
 * The attempts that a connection stands for: one in each family in which both ends have an address,
 * none where there is no such family.
 */
export function attemptsOf(cluster: Cluster, connection: Connection): readonly Attempt[] {
  const { protocol, port, viaService } = connection;
  const families =
    connection.family === 'any' ? (commonFamilies(cluster, connection) ?? []) : [connection.family];
  return families.flatMap((family): readonly Attempt[] => {
    const from = addressOf(cluster, connection.from, family);
    const to = addressOf(cluster, connection.to, family);
    if (from === undefined || to === undefined) return [];
    return [{ from, to, protocol, port, viaService }];
  });
}

function addressOf(cluster: Cluster, end: Endpoint, family: Family): IpAddress | undefined {
  return addressesOf(cluster, end).find((address) => address.family === family);
}

function addressesOf(cluster: Cluster, end: Endpoint): readonly IpAddress[] {
  switch (end.kind) {
    case 'address':
      return [end.address];
    case 'node':
      return cluster.node(end.name)?.addresses ?? [];
    case 'pod': {
      const pod = cluster.pod(end.namespace, end.name);
      if (pod === undefined || pod.object.finished) return [];
      // A pod on its node's network that does not say its address has its node's.
      const ofNode = pod.object.hostNetwork && pod.addresses.length === 0;
      return ofNode ? (cluster.node(pod.object.node)?.addresses ?? []) : pod.addresses;
    }
    default:
      return unreachable(end);
  }
}
