import {
  type Cluster,
  type Connection,
  type Family,
  formatAddress,
  parseAddress,
} from '@ringfence/core';

/** Where an end of a flow is. */
export type FlowEnd =
  | { readonly kind: 'pod'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'outside' };

/** From whom to whom flows go. */
export interface Path {
  readonly name: string;
  readonly from: FlowEnd;
  readonly to: FlowEnd;
  /** The Service of the server's namespace whose address the client uses. */
  readonly service?: string;
  /** The side whose packets no rule sees: what a node sends to its own pods always passes. */
  readonly unseen?: 'client' | 'server';
}

/** Who sends what is counted; `both` is possible with UDP only. */
type Speaker = 'client' | 'server' | 'both';

/** A long conversation between two sockets. */
export interface Flow {
  readonly id: number;
  readonly path: Path;
  readonly family: Family;
  readonly protocol: 'TCP' | 'UDP';
  readonly speaker: Speaker;
  /** The server's own: each flow has another one. */
  readonly port: number;
}

const KINDS = [
  { protocol: 'TCP', speaker: 'client' },
  { protocol: 'TCP', speaker: 'server' },
  { protocol: 'UDP', speaker: 'client' },
  { protocol: 'UDP', speaker: 'server' },
  { protocol: 'UDP', speaker: 'both' },
] as const;

/** The server's port of the first flow. */
export const FIRST_PORT = 7_000;

/** Flows of every kind, or of some, in both families, on each of some paths. */
export function flowsOn(
  paths: readonly Path[],
  isWanted: (kind: (typeof KINDS)[number]) => boolean = () => true,
): readonly Flow[] {
  const families = ['IPv4', 'IPv6'] as const;
  const kinds = KINDS.filter(isWanted);
  return paths
    .flatMap((path) =>
      families.flatMap((family) => kinds.map((kind) => ({ path, family, ...kind }))),
    )
    .map((flow, id) => ({ id, ...flow, port: FIRST_PORT + id }));
}

/** How reports call a flow. */
export function flowText({ path, family, protocol, speaker, port }: Flow): string {
  return `${path.name} ${family} ${protocol} ${port}, ${speaker} sends`;
}

/** What clients outside send from, and servers outside are asked at. */
export const OUTSIDE = {
  client: { IPv4: '203.0.113.7', IPv6: '2001:db8:ffff::7' },
  server: { IPv4: '203.0.113.130', IPv6: '2001:db8:ffff::8000' },
} as const;

/** A flow as policy sees it: the client's first packet, once a Service has led it on. */
export function connectionOf({ path, family, protocol, port }: Flow): Connection {
  return {
    from: endpointOf(path.from, OUTSIDE.client[family]),
    to: endpointOf(path.to, OUTSIDE.server[family]),
    protocol,
    port,
    family,
    viaService: path.service !== undefined,
  };
}

function endpointOf(end: FlowEnd, outside: string): Connection['from'] {
  if (end.kind !== 'outside') return end;
  const parsed = parseAddress(outside);
  if (parsed.kind === 'failed') throw new Error(parsed.error);
  return { kind: 'address', address: parsed.value.address };
}

/** The address that the client of a flow sends to. */
export function serverAddressOf({ path, family }: Flow, cluster: Cluster): string {
  const { to, service } = path;
  if (to.kind === 'outside') return OUTSIDE.server[family];
  const addresses =
    to.kind === 'node'
      ? cluster.node(to.name)?.addresses
      : service === undefined
        ? cluster.pod(to.namespace, to.name)?.object.addresses
        : cluster.service(to.namespace, service)?.clusterIPs;
  const address = addresses?.find((each) => each.family === family);
  if (address === undefined) throw new Error(`${path.name}: no ${family} address to send to`);
  return formatAddress(address);
}
