import {
  type Cluster,
  type Connection,
  type Family,
  formatAddress,
  type IpAddress,
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
  /** Whose address the client pretends to have: first packets only, and none of them may arrive. */
  readonly as?: FlowEnd;
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
  /** Each packet is the first one of a flow of its own: it comes from another port, and has no answer. */
  readonly fresh: boolean;
  /** The server's own: each flow has another one. */
  readonly port: number;
}

const KINDS = [
  { protocol: 'TCP', speaker: 'client', fresh: false },
  { protocol: 'TCP', speaker: 'server', fresh: false },
  { protocol: 'UDP', speaker: 'client', fresh: false },
  { protocol: 'UDP', speaker: 'server', fresh: false },
  { protocol: 'UDP', speaker: 'both', fresh: false },
  { protocol: 'TCP', speaker: 'client', fresh: true },
  { protocol: 'UDP', speaker: 'client', fresh: true },
] as const;

/** The server's port of the first flow. */
export const FIRST_PORT = 7_000;

/** Flows of every kind that lasts, or of some, in both families, on each of some paths. */
export function flowsOn(
  paths: readonly Path[],
  isWanted: (kind: (typeof KINDS)[number]) => boolean = ({ fresh }) => !fresh,
): readonly Flow[] {
  const families = ['IPv4', 'IPv6'] as const;
  const kinds = KINDS.filter(isWanted);
  return paths
    .flatMap((path) =>
      families.flatMap((family) => kinds.map((kind) => ({ path, family, ...kind }))),
    )
    .filter(({ path, fresh }) => path.as === undefined || fresh)
    .map((flow, id) => ({ id, ...flow, port: FIRST_PORT + id }));
}

/** How reports call a flow. */
export function flowText({ path, family, protocol, speaker, fresh, port }: Flow): string {
  return `${path.name} ${family} ${protocol} ${port}, ${fresh ? 'first packets' : `${speaker} sends`}`;
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
    to.kind === 'pod' && service !== undefined
      ? cluster.service(to.namespace, service)?.clusterIPs
      : addressesOf(to, cluster);
  return addressText(addresses, path, family);
}

/** The address that it sends from. */
export function clientAddressOf({ path, family }: Flow, cluster: Cluster): string {
  const end = path.as ?? path.from;
  if (end.kind === 'outside') return OUTSIDE.client[family];
  return addressText(addressesOf(end, cluster), path, family);
}

/** Whether both ends have addresses that are theirs: pods come and go. */
export function isOpen({ path }: Flow, cluster: Cluster): boolean {
  return [path.from, path.to].every(
    (end) => end.kind === 'outside' || (addressesOf(end, cluster)?.length ?? 0) > 0,
  );
}

function addressesOf(
  end: Exclude<FlowEnd, { kind: 'outside' }>,
  cluster: Cluster,
): readonly IpAddress[] | undefined {
  return end.kind === 'node'
    ? cluster.node(end.name)?.addresses
    : cluster.pod(end.namespace, end.name)?.addresses;
}

function addressText(
  addresses: readonly IpAddress[] | undefined,
  path: Path,
  family: Family,
): string {
  const address = addresses?.find((each) => each.family === family);
  if (address === undefined) throw new Error(`${path.name}: no ${family} address`);
  return formatAddress(address);
}
