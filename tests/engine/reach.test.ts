import {
  cidrHas,
  clusterOf,
  type Cluster,
  type Connection,
  evaluate,
  FAMILIES,
  type Family,
  hasPort,
  type IpAddress,
  type KubernetesObject,
  type Peers,
  PROTOCOLS,
  type ReachEnd,
  reachOf,
} from '@ringfence/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeCase } from './describe-case.ts';
import { arbObjects, PORTS } from './objects.arbitrary.ts';

const RUNS = { numRuns: 2_000 };

/** Every port next to which a rule's range can begin or end, and what has no ports. */
const TRAFFIC = [
  { protocol: 'other' as const, port: 0 },
  ...PROTOCOLS.flatMap((protocol) =>
    [...new Set(PORTS.flatMap((port) => [port - 1, port, port + 1]))]
      .filter((port) => port >= 1 && port <= 65_535)
      .map((port) => ({ protocol, port })),
  ),
];

describe('reachOf', () => {
  test('answers as evaluate does, for every pair of pods and every port', () => {
    fc.assert(
      fc.property(arbObjects, (objects) => {
        const cluster = clusterOf(objects);
        const reach = reachOf(cluster, { perPod: true });
        let turn = 0;
        for (const [from, to, family] of pairs(reach.ends)) {
          if (from.kind !== 'pods' || to.kind !== 'pods') continue;
          const allowed = reach.allowed(from, to, family);
          if (allowed === undefined) continue;
          const ends = { from: endpointOf(from), to: endpointOf(to), family };
          turn += 1;
          for (const traffic of someOf(TRAFFIC, turn, 9)) {
            const connection = { ...ends, ...traffic, viaService: false };
            const { verdict } = evaluate(cluster, connection);
            const yes = hasPort(allowed, traffic.protocol, traffic.port);
            const without =
              !hasAddress(cluster, ends.from, family) || !hasAddress(cluster, ends.to, family);
            const wanted = without ? [false, 'unknown'] : [verdict === 'allow', verdict];
            expect([yes, verdict], describeCase(objects, connection)).toEqual(wanted);
          }
        }
      }),
      RUNS,
    );
  });

  test('groups only pods for which every answer is the same', () => {
    fc.assert(
      fc.property(arbObjects, (objects) => {
        const cluster = clusterOf(objects);
        const reach = reachOf(cluster);
        for (const [from, to, family] of pairs(reach.ends)) {
          const allowed = reach.allowed(from, to, family);
          if (allowed === undefined || from.kind !== 'pods' || to.kind !== 'pods') continue;
          for (const source of from.pods) {
            for (const destination of to.pods) {
              if (source === destination) continue;
              const connection: Connection = {
                from: { kind: 'pod', namespace: from.namespace, name: source.object.name },
                to: { kind: 'pod', namespace: to.namespace, name: destination.object.name },
                protocol: 'TCP',
                port: 80,
                family,
                viaService: false,
              };
              const { verdict } = evaluate(cluster, connection);
              if (verdict === 'unknown') continue;
              expect(verdict === 'allow', describeCase(objects, connection)).toBe(
                hasPort(allowed, 'TCP', 80),
              );
            }
          }
        }
      }),
      RUNS,
    );
  });

  test('puts every address into one part of the outside, and answers for it as evaluate does', () => {
    fc.assert(
      fc.property(arbObjects, (objects) => {
        const cluster = clusterOf(objects);
        const reach = reachOf(cluster, { perPod: true });
        const parts = reach.ends.filter((end) => end.kind === 'outside');
        for (const address of someOf(boundaries(objects), objects.length, 6)) {
          const homes = parts.filter(({ cidrs }) => cidrs.some((cidr) => cidrHas(cidr, address)));
          expect(homes).toHaveLength(1);
          const [home] = homes;
          if (home === undefined || isTaken(cluster, address)) continue;
          for (const end of reach.ends) {
            if (end.kind !== 'pods') continue;
            const pod = endpointOf(end);
            const out = { kind: 'address', address } as const;
            for (const [from, to, ends] of [
              [home, end, [out, pod]],
              [end, home, [pod, out]],
            ] as const) {
              const allowed = reach.allowed(from, to, address.family);
              if (allowed === undefined) continue;
              const connection: Connection = {
                from: ends[0],
                to: ends[1],
                protocol: 'TCP',
                port: 80,
                family: address.family,
                viaService: false,
              };
              const yes = hasPort(allowed, 'TCP', 80);
              expect(yes, describeCase(objects, connection)).toBe(
                evaluate(cluster, connection).verdict === 'allow',
              );
            }
          }
        }
      }),
      RUNS,
    );
  });

  test('has no two parts of the outside that are answered alike', () => {
    fc.assert(
      fc.property(arbObjects, (objects) => {
        const reach = reachOf(clusterOf(objects));
        const pods = reach.ends.filter(({ kind }) => kind === 'pods');
        const answers = reach.ends.flatMap((end) => {
          if (end.kind !== 'outside') return [];
          const families = FAMILIES.filter((family) =>
            end.cidrs.some((cidr) => cidr.family === family),
          );
          return families.map((family) =>
            JSON.stringify(
              pods.map((pod) => [reach.allowed(end, pod, family), reach.allowed(pod, end, family)]),
            ),
          );
        });
        const alike = new Set(answers);
        const families = reach.ends.flatMap((end) =>
          end.kind === 'outside' ? [new Set(end.cidrs.map(({ family }) => family)).size] : [],
        );
        // A part that holds both families is answered alike in both, and counted twice.
        const doubled = families.filter((count) => count === 2).length;
        expect(alike.size).toBe(answers.length - doubled);
      }),
      RUNS,
    );
  });
});

function* pairs(ends: readonly ReachEnd[]): Generator<readonly [ReachEnd, ReachEnd, Family]> {
  for (const from of ends)
    for (const to of ends) for (const family of FAMILIES) yield [from, to, family];
}

/** One in `share` of them, others at other turns. */
function someOf<T>(all: readonly T[], turn: number, share: number): readonly T[] {
  return all.filter((_, index) => index % share === turn % share);
}

function endpointOf(
  end: Extract<ReachEnd, { kind: 'pods' }>,
): Extract<Connection['from'], { kind: 'pod' }> {
  return { kind: 'pod', namespace: end.namespace, name: end.pods[0]?.object.name ?? '' };
}

function hasAddress(
  cluster: Cluster,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  family: Family,
): boolean {
  const pod = cluster.pod(namespace, name);
  return pod !== undefined && (pod.standIn || pod[family] !== undefined);
}

function isTaken(cluster: Cluster, address: IpAddress): boolean {
  return cluster.podAt(address) !== undefined || cluster.nodeNamesAt(address).length > 0;
}

/** The addresses around the edges of every block of the case. */
function boundaries(objects: readonly KubernetesObject[]): readonly IpAddress[] {
  const cidrs = objects.flatMap((object) => {
    if (!('egress' in object)) return [];
    return [object.egress, object.ingress].flatMap((direction) => {
      const rules =
        'kind' in direction ? (direction.kind === 'isolated' ? direction.rules : []) : direction;
      return rules.flatMap(({ peers }) => cidrsOf(peers));
    });
  });
  return cidrs.flatMap((cidr): readonly IpAddress[] =>
    cidr.family === 'IPv4'
      ? [cidr.first - 1, cidr.first, cidr.last, cidr.last + 1]
          .filter((value) => value >= 0 && value < 2 ** 32)
          .map((value) => ({ family: 'IPv4', value }))
      : [cidr.first - 1n, cidr.first, cidr.last, cidr.last + 1n]
          .filter((value) => value >= 0n && value < 2n ** 128n)
          .map((value) => ({ family: 'IPv6', value })),
  );
}

function cidrsOf(peers: Peers): readonly Parameters<typeof cidrHas>[0][] {
  if (peers.kind === 'anyone') return [];
  return peers.peers.flatMap((peer) =>
    peer.kind === 'ipBlocks' ? peer.blocks.flatMap(({ cidr, except }) => [cidr, ...except]) : [],
  );
}
