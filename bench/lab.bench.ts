/**
 * Measures the network of the lab: nodes and pods as network namespaces, responders in them, and
 * real connections between them.
 *
 * The targets: 2 nodes and 20 pods in 1.5 s; one more pod in 50 ms; 200 pods in 10 s and 1 GB; 30
 * pods x 30 pods x 2 ports in 15 s, half of them dropped.
 */
import { type IpAddress, type Pod } from '@ringfence/core';
import {
  attempt,
  createPodRunner,
  type LabNetwork,
  makeLabNetwork,
  type PodRunner,
  type RunningPod,
} from '@ringfence/lab';
import { commit, missingPrivilege, NFT_REG32_00, openNetfilterSocket } from '@ringfence/netlink';

const missing = missingPrivilege();
if (missing !== undefined) {
  process.stdout.write(`not measured: ${missing}\n`);
} else {
  await main();
}

async function main(): Promise<void> {
  for (const topology of ['routed', 'bridge'] as const) {
    const started = performance.now();
    const network = makeLabNetwork([nodeSpec(0), nodeSpec(1)], { topology });
    const runner = createPodRunner(network, (pod, error) => {
      throw new Error(`${pod.name}: ${error.message}`);
    });
    runPods(runner, 0, 20);
    report(`${topology}: 2 nodes, 20 pods`, performance.now() - started, 1_500);
    const before = performance.now();
    runPods(runner, 20, 21);
    report(`${topology}: one more pod`, performance.now() - before, 50);
    runPods(runner, 21, 200);
    report(`${topology}: 2 nodes, 200 pods`, performance.now() - started, 10_000);
    const mb = process.memoryUsage.rss() / 1e6;
    process.stdout.write(`${topology}: ${mb.toFixed(0)} MB (at most 1000)\n`);
    if (mb > 1_000) process.exitCode = 1;
    await probe(network, [...runner.running()].slice(0, 30), topology);
    runner.close();
    network.close();
  }
}

async function probe(
  network: LabNetwork,
  pods: readonly RunningPod[],
  topology: string,
): Promise<void> {
  for (const { pod, network: own } of pods) if (isDropped(pod)) drop(own.station.namespace);
  const started = performance.now();
  const outcomes = await Promise.all(
    pods.flatMap((from) =>
      pods.flatMap((to) =>
        [8080, 9090].map(async (port) => {
          const destination = `10.1.${nodeOf(to.pod)}.${10 + indexOf(to.pod)}`;
          const how = { protocol: 'TCP', family: 'IPv4', destination, port } as const;
          const { kind } = await attempt(from.network.station.namespace, how, { timeoutMs: 1_000 });
          return { kind, wanted: isDropped(to.pod) && from !== to ? 'silent' : 'answered' };
        }),
      ),
    ),
  );
  const wrong = outcomes.filter(({ kind, wanted }) => kind !== wanted);
  report(
    `${topology}: ${outcomes.length} connections, ${wrong.length} not as expected`,
    performance.now() - started,
    15_000,
  );
  if (wrong.length > 0) process.exitCode = 1;
  if (network.node('node-0') === undefined) throw new Error('the network is gone');
}

/** Drops what comes in from elsewhere. */
function drop(namespace: RunningPod['network']['station']['namespace']): void {
  const socket = openNetfilterSocket(namespace);
  const chain = { family: 'inet', table: 'bench', name: 'input' } as const;
  const name = new Uint8Array(16);
  name.set(new TextEncoder().encode('eth0'));
  commit(socket, [
    {
      kind: 'addTable',
      table: {
        family: 'inet',
        name: 'bench',
        flags: { dormant: false, owner: false, persist: false },
      },
    },
    {
      kind: 'addChain',
      chain: {
        ...chain,
        base: { type: 'filter', hook: 'prerouting', priority: 0, devices: [], policy: 'accept' },
      },
    },
    {
      kind: 'addRule',
      at: { kind: 'last' },
      rule: {
        family: chain.family,
        table: chain.table,
        chain: chain.name,
        comment: '',
        expressions: [
          { kind: 'meta', key: 'iifname', destination: NFT_REG32_00 },
          { kind: 'cmp', op: 'eq', source: NFT_REG32_00, data: name },
          // The first packet of a connection: SYN, and nothing else.
          {
            kind: 'payload',
            base: 'transport',
            offset: 13,
            length: 1,
            destination: NFT_REG32_00,
          },
          { kind: 'cmp', op: 'eq', source: NFT_REG32_00, data: Uint8Array.of(2) },
          { kind: 'verdict', verdict: { kind: 'drop' } },
        ],
      },
    },
  ]);
  socket.close();
}

function isDropped(pod: Pod): boolean {
  return indexOf(pod) % 2 === 1;
}

function indexOf({ name }: Pod): number {
  return Number(name.slice('pod-'.length));
}

function nodeOf(pod: Pod): number {
  return indexOf(pod) % 2;
}

function nodeSpec(index: number): Parameters<typeof makeLabNetwork>[0][number] {
  return {
    name: `node-${index}`,
    addresses: [
      { family: 'IPv4', address: `192.168.0.1${index}` },
      { family: 'IPv6', address: `2001:db8:192::1${index}` },
    ],
    podRanges: [
      { address: `10.1.${index}.0`, prefix: 24 },
      { address: `2001:db8:1:${index}::`, prefix: 64 },
    ],
  };
}

function runPods(runner: PodRunner, from: number, to: number): void {
  for (let index = from; index < to; index += 1) {
    const node = index % 2;
    const addresses: readonly IpAddress[] = [
      { family: 'IPv4', value: 0x0a01_0000 + node * 256 + 10 + index },
      {
        family: 'IPv6',
        value: (0x2001_0db8_0001n << 80n) + (BigInt(node) << 64n) + BigInt(10 + index),
      },
    ];
    const pod: Pod = {
      kind: 'Pod',
      namespace: 'bench',
      name: `pod-${index}`,
      uid: `uid-${index}`,
      labels: new Map(),
      owner: undefined,
      node: `node-${node}`,
      hostNetwork: false,
      finished: false,
      terminating: false,
      createdAt: 0,
      hostname: '',
      subdomain: '',
      addresses,
      ports: [8080, 9090].map((port) => ({ name: '', protocol: 'TCP', port })),
    };
    if (runner.run(pod, addresses) === undefined) throw new Error(`${pod.name} does not run`);
  }
}

function report(what: string, ms: number, limit: number): void {
  process.stdout.write(`${what}: ${ms.toFixed(0)} ms (at most ${limit})\n`);
  if (ms > limit) process.exitCode = 1;
}
