import { cidrOf, formatCidr, type KubernetesObject, parseAddress } from '@ringfence/core';
import { NAMESPACES, objectOf } from '../flows/cast.ts';
import { OUTSIDE } from '../flows/flow.ts';
import { upsert } from '../flows/random-changes.ts';
import { type Random, seeded } from '../flows/random.ts';
import { classOf, guardsFor, policyOf, portsOf } from './guard.ts';
import { BOTH, testFaults } from './test-faults.ts';
import type { Fault } from './trial.ts';

const SEED = Number(process.env['RINGFENCE_SEED'] ?? Date.now() % 1_000_000);

/** Half of the flows are allowed or denied whatever blocks say. */
const FIXED = guardsFor(classOf(0));
const BY_BLOCK = portsOf([...classOf(1), ...classOf(2)]);

/** A rule of a tier names at most 25 ports. */
const FIRST_PORTS = BY_BLOCK.slice(0, 25);
const LAST_PORTS = BY_BLOCK.slice(-25);

/** Lets blocks in, and lets out to them. */
function blocksPolicy(
  namespace: string,
  name: string,
  blocks: readonly object[],
): KubernetesObject {
  const peers = blocks.map((ipBlock) => ({ ipBlock }));
  return policyOf(namespace, name, {
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: peers, ports: BY_BLOCK }],
    egress: [{ to: peers, ports: BY_BLOCK }],
  });
}

const MANY = 10_000;

/** So many blocks of both families that touch nowhere; with those outside who speak, or without. */
function manyBlocks({ speakers }: { readonly speakers: boolean }): readonly object[] {
  const blocks = Array.from({ length: MANY / 2 }, (_, index) => {
    const [high, low] = [Math.floor(index / 128), (index % 128) * 2];
    return [
      { cidr: `100.${64 + Math.floor(high / 256)}.${high % 256}.${low}/32` },
      { cidr: `2001:db8:${(0x1000 + 2 * index).toString(16)}::/48` },
    ];
  }).flat();
  return speakers ? [...blocks.slice(0, -4), ...speaking()] : blocks;
}

function speaking(): readonly object[] {
  return [OUTSIDE.client, OUTSIDE.server].flatMap(({ IPv4, IPv6 }) => [
    { cidr: `${IPv4}/32` },
    { cidr: `${IPv6}/128` },
  ]);
}

/** Who is reached from outside. */
function manyPolicy(blocks: readonly object[]): KubernetesObject {
  return policyOf('one', 'blocks', {
    podSelector: { matchLabels: { called: 'b' } },
    policyTypes: ['Ingress'],
    ingress: [{ from: blocks.map((ipBlock) => ({ ipBlock })), ports: BY_BLOCK }],
  });
}

const many: Fault['round'] = async ({ change, lab }, count) => {
  for (const speakers of [true, false]) {
    await change(`${count}: ${MANY} blocks`, () =>
      lab.apply([upsert(manyPolicy(manyBlocks({ speakers })))]),
    );
  }
  const ref = { kind: 'NetworkPolicy', namespace: 'one', name: 'blocks' } as const;
  await change(`${count}: none`, () => lab.apply([{ kind: 'delete', ref }]));
};

const DEPTH = 10;

/** Blocks around an address, each in the one before it. */
function nested(
  around: string,
  { first, step }: { readonly first: number; readonly step: number },
): readonly string[] {
  const parsed = parseAddress(around);
  if (parsed.kind === 'failed') throw new Error(parsed.error);
  const { address } = parsed.value;
  return Array.from({ length: DEPTH }, (_, depth) =>
    formatCidr(cidrOf(address, first + depth * step)),
  );
}

const NESTS: readonly (readonly string[])[] = [
  ...['203.0.113.130', '203.0.113.7', '10.244.0.1'].map((at) => nested(at, { first: 5, step: 3 })),
  ...['2001:db8:ffff::8000', '2001:db8:ffff::7'].map((at) => nested(at, { first: 20, step: 12 })),
];

/** Allows some of them, whole or but for the next one in it. */
function rings(random: Random): readonly object[] {
  return NESTS.flatMap((blocks) =>
    blocks.flatMap((cidr, depth) => {
      const inner = blocks[depth + 1];
      if (random.percent(60)) return [];
      return [inner === undefined || random.percent(20) ? { cidr } : { cidr, except: [inner] }];
    }),
  );
}

/** Accepts and denies some of them, one before the other. */
function tier(random: Random): KubernetesObject {
  const egress = Array.from({ length: DEPTH }, () => ({
    action: random.pick(['Accept', 'Deny', 'Pass']),
    to: [{ networks: [random.pick(random.pick(NESTS))] }],
    protocols: random.pick([FIRST_PORTS, LAST_PORTS]).map(({ protocol, port }) => ({
      [protocol.toLowerCase()]: { destinationPort: { number: port } },
    })),
  }));
  return objectOf({
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name: 'blocks' },
    spec: { tier: 'Admin', priority: 7, subject: { namespaces: {} }, egress },
  });
}

const overlapping: Fault['round'] = async ({ change, lab }, count) => {
  const random = seeded(SEED + count);
  const namespace = random.pick(NAMESPACES);
  const name = random.pick(['one', 'two', 'three']);
  await change(`${count}: blocks of ${namespace}/${name}`, () =>
    lab.apply([upsert(blocksPolicy(namespace, name, rings(random)))]),
  );
  if (count % 3 === 0) {
    await change(`${count}: blocks of the cluster`, () => lab.apply([upsert(tier(random))]));
  }
};

testFaults(`blocks, seed ${SEED}`, [
  {
    title: '10,000 blocks in one policy',
    policies: FIXED,
    packets: 40_000,
    rounds: 1,
    round: many,
  },
  {
    title: 'blocks in blocks, ten deep, in both families',
    on: BOTH,
    policies: FIXED,
    packets: 40_000,
    rounds: 40,
    round: overlapping,
  },
]);
