import { formatAddress, type Pod } from '@ringfence/core';
import {
  addAddress,
  addNeighbour,
  addRoute,
  flushFlows,
  linkNamed,
  openNetfilterSocket,
  openRouteSocket,
  setLink,
} from '@ringfence/netlink';
import { makeNamespace, type NetlinkSocket, type NetworkNamespace } from '@ringfence/netlink';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { makeBenchNode } from './bench-node.ts';
import { PACKET_NODE, type PacketWorld, UDP_PORTS } from './packet-world.ts';

/** A node through which one of its pods sends to another one. */
export interface PacketLab {
  /** What is in force there. */
  readonly name: string;
  readonly namespace: NetworkNamespace;
  /** Gigabits a second of one connection. */
  stream(ms: number): number;
  /** Microseconds from a request to its answer, on one connection. */
  request(ms: number): number;
  /** Connections a second. */
  connect(ms: number): number;
  /** Nanoseconds for a packet that is the first of its flow. */
  flows(port: number, count: number): number;
  close(): Promise<void>;
}

/** All programs, and the kernel's work for their packets, are on the last CPU. */
const CPU = `${cpus().length - 1}`;
const GATEWAY = '169.254.1.1';

/** Makes a node with the pods of a world, of which two are there; nothing is in force. */
export async function makePacketLab(
  name: string,
  { pods, sender, receiver }: PacketWorld,
  program: string,
): Promise<PacketLab> {
  const node = makeBenchNode();
  const nodeRoute = openRouteSocket(node.namespace);
  const filter = openNetfilterSocket(node.namespace);
  node.namespace.enter(() => writeFileSync('/proc/sys/net/ipv4/ip_forward', '1'));
  const [from, to] = [makeNamespace(), makeNamespace()];
  for (const pod of pods.filter((each) => each.node === PACKET_NODE)) {
    const there = pod === sender ? from : pod === receiver ? to : undefined;
    const wire = node.plug(pod, there);
    if (there !== undefined) configure(there, { nodeRoute, wire, address: addressOf(pod) });
  }
  load(to, DROP_FLOWS);
  const server = await serve(to, program);
  const run = (what: string, ...rest: readonly string[]): number =>
    from.enter(() => output(program, [what, CPU, ...rest]));
  const address = addressOf(receiver);
  return {
    name,
    namespace: node.namespace,
    stream: (ms) => run('stream', address, `${ms}`),
    request: (ms) => run('request', address, `${ms}`),
    connect(ms) {
      flushFlows(filter);
      return run('connect', address, `${ms}`);
    },
    flows(port, count) {
      flushFlows(filter);
      const before = received(to);
      const ns = run('flows', addressOf(sender), address, `${port}`, `${count}`);
      const came = received(to) - before;
      if (came < count) throw new Error(`${came} of ${count} packets came, where ${name}`);
      return ns;
    },
    async close() {
      server.stdin?.end();
      await once(server, 'exit');
      for (const each of [nodeRoute, filter, from, to, node]) each.close();
    },
  };
}

/** Has nft load a text in a namespace. */
export function load(namespace: NetworkNamespace, text: string): void {
  namespace.enter(() => {
    const { status, stderr } = spawnSync('nft', ['-f', '-'], { input: text, encoding: 'utf8' });
    if (status !== 0) throw new Error(`nft: ${stderr.slice(0, 500)}`);
  });
}

/** Flows of UDP end here, at no cost: nobody has to answer that nobody listens. */
const DROP_FLOWS = `table netdev bench {
  chain in {
    type filter hook ingress device "eth0" priority 0; policy accept;
    udp dport ${UDP_PORTS.middle}-${UDP_PORTS.last} drop
  }
}
`;

function configure(
  namespace: NetworkNamespace,
  node: { readonly nodeRoute: NetlinkSocket; readonly wire: string; readonly address: string },
): void {
  const route = openRouteSocket(namespace);
  const [inside, outside] = [linkNamed(route, 'eth0'), linkNamed(node.nodeRoute, node.wire)];
  if (inside === undefined || outside === undefined) throw new Error('there is no wire');
  setLink(route, inside.index, { up: true });
  addAddress(route, { link: inside.index, address: node.address, prefix: 32 });
  addNeighbour(route, { link: inside.index, address: GATEWAY, mac: outside.mac });
  addNeighbour(node.nodeRoute, { link: outside.index, address: node.address, mac: inside.mac });
  addRoute(route, {
    destination: { address: '0.0.0.0', prefix: 0 },
    gateway: GATEWAY,
    link: inside.index,
    onLink: true,
  });
  route.close();
}

async function serve(namespace: NetworkNamespace, program: string): Promise<ChildProcess> {
  const child = namespace.enter(() =>
    spawn(program, ['serve', CPU], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  await once(child.stdout, 'data');
  return child;
}

function output(program: string, args: readonly string[]): number {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: 30_000,
  });
  const figure = Number(stdout);
  if (status !== 0 || !(figure > 0)) throw new Error(`${args.join(' ')}: ${stdout} ${stderr}`);
  return figure;
}

/** How many packets came to a pod. */
function received(namespace: NetworkNamespace): number {
  const text = namespace.enter(() => readFileSync('/proc/thread-self/net/dev', 'utf8'));
  return Number(/eth0:\s*\d+\s+(\d+)/u.exec(text)?.[1] ?? 0);
}

function addressOf({ addresses: [address] }: Pod): string {
  if (address === undefined) throw new Error('every pod here has an address');
  return formatAddress(address);
}
