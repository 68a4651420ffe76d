import {
  cidrOf,
  type Change,
  type KubernetesObject,
  type NetworkPolicy,
  type Peer,
  type Rule,
} from '@ringfence/core';
import { setTimeout as pause } from 'node:timers/promises';
import {
  companyOnNodes,
  type EnforcedCluster,
  enforceCluster,
  namespacesOf,
} from './enforced-cluster.ts';
import { BETWEEN_MS } from './event-samples.ts';
import { median, quantile, report } from './figures.ts';

const SEGMENTS = [0, 1_000, 10_000, 20_000, 50_000];
const TURNS = 200;
const LIMIT = { segments: 10_000, p99: { most: 10 } };

/** Measures a policy of 10 rules that comes and goes, five of them with addresses outside. */
export async function measurePolicies(): Promise<void> {
  process.stdout.write('one policy of 10 rules, 10,000 pods x 1,000 policies\n');
  const company = companyOnNodes(100).filter(({ name }) => name !== 'outside');
  const teams = namespacesOf(company.filter((object) => object.kind === 'Pod')).filter((name) =>
    name.startsWith('team-'),
  );
  for (const segments of SEGMENTS) {
    const objects: readonly KubernetesObject[] = [...company, ...lists(teams, segments)];
    const cluster = enforceCluster(objects);
    const { added, removed } = await sampled(cluster);
    const limit = segments > LIMIT.segments ? {} : LIMIT.p99;
    const text = `  ${segments} segments`;
    report(`${text}, added, median`, median(added), { unit: ' ms' });
    report(`${text}, added, p99`, quantile(added, 0.99), { unit: ' ms', limit });
    report(`${text}, removed, median`, median(removed), { unit: ' ms' });
    report(`${text}, removed, p99`, quantile(removed, 0.99), { unit: ' ms' });
    await cluster.close();
  }
}

async function sampled(
  cluster: EnforcedCluster,
): Promise<{ readonly added: readonly number[]; readonly removed: readonly number[] }> {
  const added: number[] = [];
  const removed: number[] = [];
  const teams = namespacesOf(cluster.local);
  for (let turn = 0; turn < TURNS; turn += 1) {
    const object = tenRules(teams[turn % teams.length] ?? '', turn);
    const { kind, namespace, name } = object;
    await pause(BETWEEN_MS);
    added.push(told(cluster, { kind: 'upsert', object }));
    await pause(BETWEEN_MS);
    removed.push(told(cluster, { kind: 'delete', ref: { kind, namespace, name } }));
  }
  return { added, removed };
}

function told({ agent, generation }: EnforcedCluster, change: Change): number {
  const before = generation();
  const ms = agent.change([change]);
  if (generation() === before) throw new Error('a policy for a pod of the node writes');
  return ms;
}

/** One list of blocks for each team, so that there are so many segments in all. */
function lists(teams: readonly string[], segments: number): readonly NetworkPolicy[] {
  if (segments === 0) return [];
  const each = segments / teams.length;
  return teams.map((namespace, team) => ({
    ...policy(namespace, 'list'),
    egress: {
      kind: 'isolated',
      rules: [
        {
          peers: {
            kind: 'peers',
            peers: [
              {
                kind: 'ipBlocks',
                blocks: Array.from({ length: each }, (_, index) => ({
                  cidr: block((team * each + index) * 16, 30),
                  except: [],
                })),
              },
            ],
          },
          ports: port(443),
        },
      ],
    },
  }));
}

/** Among the blocks of the lists, so that the new segments lie between those that are there. */
function tenRules(namespace: string, turn: number): NetworkPolicy {
  const half = Array.from({ length: 5 }, (_, index) => index);
  const outside = (index: number): Peer => {
    const start = ((turn * 5 + index) * 37 * 16 + 8) % 0x0080_0000;
    return { kind: 'ipBlocks', blocks: [{ cidr: block(start, 29), except: [block(start, 32)] }] };
  };
  const own = (index: number): Peer => ({
    kind: 'pods',
    namespaces: { kind: 'own' },
    pods: [{ kind: 'in', key: 'app', values: new Set([`app-${(turn + index) % 12}`]) }],
  });
  const rule = (peer: Peer, number: number): Rule => ({
    peers: { kind: 'peers', peers: [peer] },
    ports: port(number),
  });
  return {
    ...policy(namespace, `ten-${turn}`),
    egress: { kind: 'isolated', rules: half.map((index) => rule(outside(index), 5_000 + index)) },
    ingress: { kind: 'isolated', rules: half.map((index) => rule(own(index), 9_000 + index)) },
  };
}

function policy(namespace: string, name: string): NetworkPolicy {
  return {
    kind: 'NetworkPolicy',
    namespace,
    name,
    generation: 1,
    subject: [],
    egress: { kind: 'notIsolated' },
    ingress: { kind: 'notIsolated' },
  };
}

function block(start: number, prefix: number): ReturnType<typeof cidrOf> {
  return cidrOf({ family: 'IPv4', value: 0xc000_0000 + start }, prefix);
}

function port(number: number): Rule['ports'] {
  return {
    kind: 'ports',
    ports: [{ kind: 'range', protocol: 'TCP', from: number, to: number }],
  };
}
