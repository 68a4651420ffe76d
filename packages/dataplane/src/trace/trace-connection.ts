import { type Cluster, type ClusterPod, PROTOCOLS } from '@ringfence/core';
import { SCTP, TCP, UDP } from '../ruleset/numbers.ts';
import type { Attempt } from './attempt.ts';
import type { Packet, Payload } from './packet.ts';
import type { Trace, Tracer } from './trace.ts';

/** What every node does with an attempt's first packet, in order; allowed where none drops it. */
export interface AttemptTrace {
  readonly verdict: 'accept' | 'drop';
  readonly hops: readonly { readonly node: string; readonly trace: Trace }[];
}

/** What is known of the nodes. */
export interface Nodes {
  /** The ruleset of a node, prepared. */
  readonly tracer: (node: string) => Tracer;
  readonly interfaceOf: (pod: ClusterPod) => string | undefined;
  /** The interface of every node that leads out of it. */
  readonly uplink: string;
}

/**
 * Follows the first packet of an attempt: it leaves through the client's node and arrives through
 * the server's. What a node sends to its own pods, and a pod to itself without a Service, passes no
 * rules at all.
 */
export function traceConnection(cluster: Cluster, nodes: Nodes, attempt: Attempt): AttemptTrace {
  const [client, server] = [cluster.podAt(attempt.from), cluster.podAt(attempt.to)];
  if (client !== undefined && client === server && !attempt.viaService) {
    return { verdict: 'accept', hops: [] };
  }
  const hops: AttemptTrace['hops'][number][] = [];
  for (const { node, packet } of packetsOf(cluster, nodes, attempt)) {
    const trace = nodes.tracer(node)(packet);
    hops.push({ node, trace });
    if (trace.verdict === 'drop') return { verdict: 'drop', hops };
  }
  return { verdict: 'accept', hops };
}

function packetsOf(
  cluster: Cluster,
  { interfaceOf, uplink }: Nodes,
  attempt: Attempt,
): readonly { readonly node: string; readonly packet: Packet }[] {
  const { from, to } = attempt;
  const [client, server] = [cluster.podAt(from), cluster.podAt(to)];
  const clientNode = client?.object.node;
  const serverNode = server?.object.node;
  const through = (pod: ClusterPod | undefined): string =>
    pod === undefined ? uplink : (interfaceOf(pod) ?? '');
  const packet = (of: Pick<Packet, 'way' | 'inputInterface' | 'outputInterface'>): Packet => ({
    ...of,
    frame: { cast: 'one', carries: 'ip', tagged: false },
    source: from,
    destination: to,
    payload: payloadOf(attempt),
    connection: { state: 'new', direction: 'original', mark: 0 },
  });
  const packets: { node: string; packet: Packet }[] = [];
  if (clientNode !== undefined) {
    const toOwnNode = server === undefined && cluster.nodeNamesAt(to).includes(clientNode);
    const local = serverNode === clientNode;
    packets.push({
      node: clientNode,
      packet: packet({
        way: toOwnNode ? 'input' : 'forward',
        inputInterface: through(client),
        outputInterface: toOwnNode ? '' : local ? through(server) : uplink,
      }),
    });
  }
  if (serverNode !== undefined && serverNode !== clientNode) {
    const fromOwnNode = client === undefined && cluster.nodeNamesAt(from).includes(serverNode);
    packets.push({
      node: serverNode,
      packet: packet({
        way: fromOwnNode ? 'output' : 'forward',
        inputInterface: fromOwnNode ? '' : uplink,
        outputInterface: through(server),
      }),
    });
  }
  return packets;
}

const NUMBERS = { TCP, UDP, SCTP } as const;
/** A protocol without ports that is not ICMP: nothing is said of it in particular. */
const NO_PORTS = 99;
/** Where clients' ports begin on most systems. */
const CLIENT_PORT = 32_768;

function payloadOf({ protocol, port }: Attempt): Payload {
  const known = PROTOCOLS.find((each) => each === protocol);
  if (known === undefined) return { kind: 'other', protocol: NO_PORTS };
  return {
    kind: 'ports',
    protocol: NUMBERS[known],
    sourcePort: CLIENT_PORT,
    destinationPort: port,
    syn: true,
  };
}
