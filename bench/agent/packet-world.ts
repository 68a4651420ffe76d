import { cidrOf, type NetworkPolicy, type Peer, type Pod, type PortMatch } from '@ringfence/core';

/** The node whose pods send and answer. */
export const PACKET_NODE = 'node-0';

/** Pods and policies between two of which packets are sent. */
export interface PacketWorld {
  readonly pods: readonly Pod[];
  readonly policies: readonly NetworkPolicy[];
  readonly sender: Pod;
  readonly receiver: Pod;
}

const LOCAL = 100;
const REMOTE = 10_000;
const GROUPS = 200;
const ALL_PAIRS = LOCAL / 2;
/** Where the receiver answers; see `traffic/main.go`. */
const TCP_PORTS = { protocol: 'TCP', from: 5_201, to: 5_203 } as const;
/** The first one is let through by a policy in the middle of its pod's, the second one by the last. */
export const UDP_PORTS = { middle: 5_204, last: 5_205 } as const;
/** Pods of two pairs, in the middle of those of the node. */
const [SENDER, RECEIVER] = [48, 50];

/**
 * Makes pairs of pods of the node that each policy selects, so many policies for each pair: all with
 * ingress, every other one with egress as well. A tenth of the peers are addresses with exceptions, a
 * twentieth all pods, the others one of 200 groups of pods; a fifth of the ports are ranges.
 *
 * What lets the packets through stands in the middle: half of the pod's policies come before it. Those
 * to the other port of UDP are let through by the last one.
 */
export function packetWorld(size: { readonly pairs: number; readonly each: number }): PacketWorld {
  const pods = Array.from({ length: LOCAL + REMOTE }, (_, index) => pod(index));
  const [sender, receiver] = [pods[SENDER], pods[RECEIVER]];
  if (sender === undefined || receiver === undefined) throw new Error('there are pods');
  const policies: NetworkPolicy[] = [];
  const first = size.pairs === ALL_PAIRS ? 0 : SENDER / 2;
  for (let pair = first; pair < first + size.pairs; pair += 1) {
    for (let turn = 0; turn < size.each; turn += 1) policies.push(policy(pair, turn, size.each));
  }
  return { pods, policies, sender, receiver };
}

function groupName(group: number): string {
  return `group-${group}`;
}

function pod(index: number): Pod {
  return {
    kind: 'Pod',
    namespace: 'bench',
    name: `pod-${index}`,
    uid: `uid-${index}`,
    labels: new Map([
      ['pair', index < LOCAL ? `pair-${Math.floor(index / 2)}` : 'none'],
      ['group', groupName(index % GROUPS)],
    ]),
    owner: undefined,
    node: index < LOCAL ? PACKET_NODE : 'elsewhere',
    hostNetwork: false,
    finished: false,
    terminating: false,
    createdAt: 0,
    hostname: '',
    subdomain: '',
    addresses: [{ family: 'IPv4', value: 0x0a00_0000 + index + 1 }],
    ports: [],
  };
}

function policy(pair: number, turn: number, each: number): NetworkPolicy {
  const open = openPorts(turn, each);
  const rules = (direction: 'egress' | 'ingress'): NetworkPolicy['egress'] => {
    const [subject, peer] = direction === 'egress' ? [SENDER, RECEIVER] : [RECEIVER, SENDER];
    const isOpen = open.length > 0 && pair === subject / 2;
    const peers = [isOpen ? inGroup(peer) : peerOf(pair, turn, direction)];
    const ports = isOpen ? open : [portOf(turn)];
    return {
      kind: 'isolated',
      rules: [{ peers: { kind: 'peers', peers }, ports: { kind: 'ports', ports } }],
    };
  };
  return {
    kind: 'NetworkPolicy',
    namespace: 'bench',
    name: `pair-${pair}-${turn}`,
    generation: 1,
    subject: [{ kind: 'in', key: 'pair', values: new Set([`pair-${pair}`]) }],
    egress: hasEgress(turn, each) ? rules('egress') : { kind: 'notIsolated' },
    ingress: rules('ingress'),
  };
}

/** Every other one; the last one too, as it is to let packets out. */
function hasEgress(turn: number, each: number): boolean {
  return turn % 2 === 0 || turn === each - 1;
}

function openPorts(turn: number, each: number): readonly PortMatch[] {
  const udp = (port: number): PortMatch => ({
    kind: 'range',
    protocol: 'UDP',
    from: port,
    to: port,
  });
  if (turn === each - 1) return [udp(UDP_PORTS.last)];
  return turn === 2 * Math.floor(each / 4)
    ? [udp(UDP_PORTS.middle), { kind: 'range', ...TCP_PORTS }]
    : [];
}

function peerOf(pair: number, turn: number, direction: string): Peer {
  if (turn % 10 === 3) return outside(pair * 100 + turn);
  if (turn % 20 === 7) return { kind: 'pods', namespaces: { kind: 'own' }, pods: [] };
  // Never the groups of those who send and answer.
  const other = Math.imul(pair * 100 + turn + direction.length, 0x9e37_79b1) >>> 8;
  return inGroup(RECEIVER + 1 + (other % (GROUPS - RECEIVER - 1)));
}

function inGroup(group: number): Peer {
  const values = new Set([groupName(group)]);
  return {
    kind: 'pods',
    namespaces: { kind: 'own' },
    pods: [{ kind: 'in', key: 'group', values }],
  };
}

function outside(index: number): Peer {
  const at = (offset: number, prefix: number): ReturnType<typeof cidrOf> =>
    cidrOf({ family: 'IPv4', value: 0xc600_0000 + index * 256 + offset }, prefix);
  return { kind: 'ipBlocks', blocks: [{ cidr: at(0, 24), except: [at(16, 30), at(128, 28)] }] };
}

function portOf(turn: number): PortMatch {
  const isRange = turn % 5 === 1;
  const from = isRange ? 30_000 + turn : 1_000 + turn;
  return { kind: 'range', protocol: 'TCP', from, to: isRange ? from + 100 : from };
}
