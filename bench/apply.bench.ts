/**
 * Measures one change, with all that `apply` tells about it: its cost must not grow with pods and
 * policies that it does not touch.
 *
 * The target at 100,000 pods x 10,000 policies: a changed pod in 50 us (median) and 1 ms (p99), a
 * changed policy in 5 ms (p99). Port functions are worked out when they are asked for: not here.
 */
import {
  type Cluster,
  clusterOf,
  type KubernetesObject,
  type NetworkPolicy,
  type Pod,
} from '@ringfence/core';
import { companyObjects, POLICIES_OF_TEAM } from './company.ts';

const SIZES = [10, 100, 1_000];
const CHANGES = 2_000;
const LIMITS = { pod: { median: 50, p99: 1_000 }, policy: { median: Infinity, p99: 5_000 } };

for (const teams of SIZES) {
  const objects = [...companyObjects({ teams, podsOfTeam: 100 })];
  const cluster = clusterOf(objects);
  const pods = objects.filter((object) => object.kind === 'Pod');
  const policies = objects.filter((object) => object.kind === 'NetworkPolicy');
  const results = {
    'a pod relabelled': measure('pod', cluster, (turn) => relabelled(at(pods, turn), turn)),
    'a pod added': measure('pod', cluster, (turn) => added(at(pods, turn), turn)),
    'a policy with other rules': measure('policy', cluster, (turn) => {
      const [policy, other] = [at(policies, turn), at(policies, turn + 1)];
      return { ...policy, ingress: other.ingress };
    }),
    'a policy with peers everywhere': measure('policy', cluster, (turn) =>
      peersEverywhere(at(policies, turn), turn),
    ),
    'a policy with other subjects': measure('policy', cluster, (turn) =>
      reselected(at(policies, turn), turn),
    ),
  };
  process.stdout.write(`${teams * 100} pods x ${teams * POLICIES_OF_TEAM} policies\n`);
  for (const [name, micros] of Object.entries(results)) {
    process.stdout.write(`  ${name.padEnd(30)} ${told(micros)}\n`);
    if (micros.median > micros.limit.median || micros.p99 > micros.limit.p99) process.exitCode = 1;
  }
}

function relabelled(pod: Pod, turn: number): Pod {
  return { ...pod, labels: new Map([...pod.labels, ['app', `app-${turn % 12}`]]) };
}

function added(pod: Pod, turn: number): Pod {
  const value = 0x0b00_0000 + turn;
  return {
    ...pod,
    name: `new-${turn}`,
    uid: `new-${turn}`,
    addresses: [{ family: 'IPv4', value }],
  };
}

/** A selector that no policy had before. */
function reselected(policy: NetworkPolicy, turn: number): NetworkPolicy {
  const values = new Set([`app-${turn % 12}`, `app-${turn % 7}`, `none-${turn}`]);
  return { ...policy, subject: [{ kind: 'in', key: 'app', values }] };
}

/** Peers in all namespaces, by a selector that no policy had before and that selects few pods. */
function peersEverywhere(policy: NetworkPolicy, turn: number): NetworkPolicy {
  const values = new Set(['kube-dns', `none-${turn}`]);
  return {
    ...policy,
    ingress: {
      kind: 'isolated',
      rules: [
        {
          peers: {
            kind: 'peers',
            peers: [
              {
                kind: 'pods',
                namespaces: { kind: 'matching', namespaces: [] },
                pods: [{ kind: 'in', key: 'app', values }],
              },
            ],
          },
          ports: { kind: 'any' },
        },
      ],
    },
  };
}

interface Micros {
  readonly median: number;
  readonly p99: number;
  readonly limit: { readonly median: number; readonly p99: number };
}

function measure(
  kind: keyof typeof LIMITS,
  cluster: Cluster,
  change: (turn: number) => KubernetesObject,
): Micros {
  const samples: number[] = [];
  for (let turn = 0; turn < CHANGES; turn += 1) {
    const object = change(turn);
    const started = performance.now();
    cluster.apply({ kind: 'upsert', object });
    samples.push((performance.now() - started) * 1_000);
  }
  samples.sort((left, right) => left - right);
  return {
    median: samples[CHANGES / 2] ?? 0,
    p99: samples[Math.floor(CHANGES * 0.99)] ?? 0,
    limit: LIMITS[kind],
  };
}

function at<T>(items: readonly T[], turn: number): T {
  const item = items[(turn * 7_919) % items.length];
  if (item === undefined) throw new Error('there are items of every kind');
  return item;
}

function told({ median, p99 }: Micros): string {
  return `${median.toFixed(1)} us (p99 ${p99.toFixed(0)} us)`;
}
