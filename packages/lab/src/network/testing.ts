import { createServer, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import {
  type IpFamily,
  type NetworkNamespace,
  openInetSocket,
  openListener,
} from '@ringfence/netlink';
import { attempt, type Attempt } from '../traffic/attempt.ts';
import type { Encapsulation, NodeSpec, Topology } from './spec.ts';
import type { HostAddress } from './station.ts';

export const FAMILIES: readonly IpFamily[] = ['IPv4', 'IPv6'];

export const TOPOLOGIES: readonly Topology[] = ['routed', 'bridge'];

/** Two nodes with addresses and ranges in both families. */
export const NODES: readonly NodeSpec[] = [1, 2].map((number) => ({
  name: `node-${number}`,
  addresses: [
    { family: 'IPv4', address: `192.168.0.1${number}` },
    { family: 'IPv6', address: `2001:db8:192::1${number}` },
  ],
  podRanges: [
    { address: `10.1.${number}.0`, prefix: 24 },
    { address: `2001:db8:1::${number}00`, prefix: 120 },
  ],
}));

/** A way to connect pods, and one to connect nodes. */
export interface Kind {
  readonly topology: Topology;
  readonly encapsulation: Encapsulation;
}

export const EVERY_KIND: readonly Kind[] = TOPOLOGIES.flatMap((topology) => [
  { topology, encapsulation: 'none' },
  { topology, encapsulation: 'vxlan' },
]);

/** The two addresses of a pod; those of `node-1` begin at 0x100, those of `node-2` at 0x200. */
export function both(host: number): readonly HostAddress[] {
  return FAMILIES.map((family) => ({ family, address: podAddress(host, family) }));
}

/** A pod's address in a family. */
export function podAddress(host: number, family: IpFamily): string {
  return family === 'IPv4' ? `10.1.${host >> 8}.${host & 255}` : `2001:db8:1::${host.toString(16)}`;
}

/** What somebody answers who is asked over TCP; the outcome's kind where nobody does. */
export async function askFrom(
  { namespace }: { readonly namespace: NetworkNamespace },
  how: Omit<Attempt, 'protocol'>,
  { timeoutMs }: { readonly timeoutMs: number } = { timeoutMs: 4_000 },
): Promise<string> {
  const outcome = await attempt(namespace, { protocol: 'TCP', ...how }, { timeoutMs });
  return outcome.kind === 'answered' ? outcome.answer : outcome.kind;
}

/** Sends data over TCP to a port that sends it back; gives what came back. */
export async function sendAndReturn(
  from: NetworkNamespace,
  to: NetworkNamespace,
  {
    family,
    destination,
    data,
  }: {
    readonly family: IpFamily;
    readonly destination: string;
    readonly data: Uint8Array;
  },
): Promise<Uint8Array> {
  const port = 7;
  const server = createServer({ allowHalfOpen: true }, (client) => client.pipe(client));
  const address = family === 'IPv4' ? '0.0.0.0' : '::';
  server.listen({ fd: openListener(to, { family, address, port }) });
  const socket = new Socket({ fd: openInetSocket(from, { kind: 'stream', family }) });
  try {
    socket.setTimeout(5_000, () => socket.destroy(new Error('nothing moves')));
    socket.connect({ host: destination, port }, () => socket.end(data));
    return await buffer(socket);
  } finally {
    socket.destroy();
    server.close();
  }
}
