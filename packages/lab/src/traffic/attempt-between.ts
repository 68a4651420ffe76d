import {
  type Cluster,
  type Connection,
  type Endpoint,
  type Family,
  formatAddress,
  type IpAddress,
  unreachable,
} from '@ringfence/core';
import type { NetworkNamespace } from '@ringfence/netlink';
import type { Site } from '../site.ts';
import { attempt } from './attempt.ts';
import type { Outcome } from './outcome.ts';
import { attemptEcho } from './echo-attempt.ts';

/** A connection to make, in a family in which both ends have an address. */
export interface Flow extends Pick<Connection, 'from' | 'to' | 'port' | 'protocol'> {
  readonly family: Family;
}

/** What connections are made in. */
interface Place {
  readonly cluster: Cluster;
  readonly site: Site;
}

/** Makes a connection between ends of a cluster. Never fails: what goes wrong is an outcome. */
export async function attemptBetween(
  place: Place,
  { from, to, family, protocol, port }: Flow,
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<Outcome> {
  const client = clientAt(place, from, family);
  const destination = addressOf(place, to, family);
  if (client === undefined) return broken('the client does not run, or has no such address');
  if (destination === undefined) return broken('the destination has no address in this family');
  const { namespace, ...source } = client;
  return protocol === 'other'
    ? await attemptEcho(namespace, { family, destination, ...source }, { timeoutMs })
    : await attempt(namespace, { protocol, family, destination, port, ...source }, { timeoutMs });
}

interface Client {
  readonly namespace: NetworkNamespace;
  /** Said where the namespace would not choose it by itself. */
  readonly source?: string;
}

function clientAt(place: Place, end: Endpoint, family: Family): Client | undefined {
  const { site } = place;
  switch (end.kind) {
    case 'pod': {
      const running = site.pods.find(end.namespace, end.name);
      return running && { namespace: running.station.namespace };
    }
    case 'node': {
      const source = addressOf(place, end, family);
      const node = site.network.node(end.name);
      return node && source !== undefined
        ? { namespace: node.station.namespace, source }
        : undefined;
    }
    case 'address':
      return clientAtAddress(place, end.address);
    default:
      return unreachable(end);
  }
}

/** Whoever has the address: a pod, a node, else the outside. */
function clientAtAddress({ cluster, site }: Place, address: IpAddress): Client | undefined {
  const pod = cluster.podAt(address)?.object;
  const source = formatAddress(address);
  if (pod !== undefined) {
    const running = site.pods.find(pod.namespace, pod.name);
    return running && { namespace: running.station.namespace, source };
  }
  const [name] = cluster.nodeNamesAt(address);
  const node = name === undefined ? undefined : site.network.node(name);
  const { namespace } = (node ?? site.network.outside).station;
  return { namespace, source };
}

function addressOf({ cluster, site }: Place, end: Endpoint, family: Family): string | undefined {
  switch (end.kind) {
    case 'pod': {
      const { addresses = [] } = site.pods.find(end.namespace, end.name) ?? {};
      const own = addresses.find((address) => address.family === family);
      return own && formatAddress(own);
    }
    case 'node': {
      const own = cluster.node(end.name)?.addresses.find((address) => address.family === family);
      return own && formatAddress(own);
    }
    case 'address':
      return end.address.family === family ? formatAddress(end.address) : undefined;
    default:
      return unreachable(end);
  }
}

function broken(code: string): Outcome {
  return { kind: 'broken', code };
}
