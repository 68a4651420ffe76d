import {
  ALL_TRAFFIC,
  cidrHas,
  clusterOf,
  type Cluster,
  type Connection,
  evaluate,
  type Evaluation,
  FAMILIES,
  type Family,
  findingAt,
  hasPort,
  type IpAddress,
  type KubernetesObject,
  type Peers,
  type Reach,
  type ReachEnd,
  reachOf,
  subtractPorts,
  unionPorts,
  witnessOf,
} from '@ringfence/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeCase } from './describe-case.ts';
import { arbObjects } from './objects.arbitrary.ts';
import { someOf, TRAFFIC } from './traffic.ts';

const RUNS = { numRuns: 2_000 };

describe('reachOf', () => {
  test('answers as evaluate does, for the same reasons, for every pair of pods and every port', () => {
    fc.assert(
      fc.property(arbObjects, (objects) => {
        const cluster = clusterOf(objects);
        const reach = reachOf(cluster, { perPod: true });
        let turn = 0;
        for (const [from, to, family] of pairs(reach.ends)) {
          if (from.kind !== 'pods' || to.kind !== 'pods') continue;
          const ends = { from: endpointOf(from), to: endpointOf(to), family };
          const cell = cellOf(reach, from, to, family);
          turn += 1;
          for (const traffic of someOf(TRAFFIC, turn, 9)) {
            const connection = { ...ends, ...traffic, viaService: false };
            const evaluation = evaluate(cluster, connection);
            const without =
              !hasAddress(cluster, ends.from, family) || !hasAddress(cluster, ends.to, family);
            const wanted = without ? NO_ADDRESS : evaluation;
            expect(cell(traffic), describeCase(objects, connection)).toEqual(wanted);
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
          if (from.kind !== 'pods' || to.kind !== 'pods') continue;
          const cell = cellOf(reach, from, to, family);
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
              const ends = [connection.from, connection.to];
              const { verdict } = ends.every(
                (end) => end.kind === 'pod' && hasAddress(cluster, end, family),
              )
                ? evaluate(cluster, connection)
                : NO_ADDRESS;
              expect(cell(connection).verdict, describeCase(objects, connection)).toBe(verdict);
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
            if (!hasAddress(cluster, pod, address.family)) continue;
            const out = { kind: 'address', address } as const;
            for (const [from, to, ends] of [
              [home, end, [out, pod]],
              [end, home, [pod, out]],
            ] as const) {
              const connection: Connection = {
                from: ends[0],
                to: ends[1],
                protocol: 'TCP',
                port: 80,
                family: address.family,
                viaService: false,
              };
              const cell = cellOf(reach, from, to, address.family)(connection);
              const evaluation = evaluate(cluster, connection);
              // The rules are those for its lowest address; others may be allowed by others.
              const lowest = home.cidrs.find(({ family }) => family === address.family);
              const wanted = lowest?.first === address.value ? evaluation : evaluation.verdict;
              expect(
                lowest?.first === address.value ? cell : cell.verdict,
                describeCase(objects, connection),
              ).toEqual(wanted);
            }
          }
        }
      }),
      RUNS,
    );
  });

  test('has a witness for what is allowed, and one for what is denied', () => {
    fc.assert(
      fc.property(arbObjects, (objects) => {
        const cluster = clusterOf(objects);
        const reach = reachOf(cluster);
        for (const [from, to, family] of pairs(reach.ends)) {
          if (from.kind === 'outside' && to.kind === 'outside') continue;
          const { allowed, unknown } = reach.allowed(from, to, family);
          const denied = subtractPorts(ALL_TRAFFIC, unionPorts(allowed, unknown));
          for (const [ports, wanted] of [
            [allowed, 'allow'],
            [unknown, 'unknown'],
            [denied, 'deny'],
          ] as const) {
            const witness = witnessOf(cluster, { from, to, family }, ports);
            if (witness === undefined) continue;
            const { verdict } = evaluate(cluster, witness);
            expect(verdict, describeCase(objects, witness)).toBe(wanted);
          }
        }
      }),
      RUNS,
    );
  });

  test('says the same of one end at once as of each pair', () => {
    fc.assert(
      fc.property(arbObjects, (objects) => {
        const reach = reachOf(clusterOf(objects));
        for (const family of FAMILIES) {
          for (const from of reach.ends) {
            const row = reach.allowedFrom(from, family);
            const each = reach.ends.map((to) => reach.allowed(from, to, family));
            expect(row.every((allowance, index) => allowance === each[index])).toBe(true);
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

/** What a cell says of one port, as an evaluation; allowed and unknown ports must agree with it. */
function cellOf(
  reach: Reach,
  from: ReachEnd,
  to: ReachEnd,
  family: Family,
): (traffic: Pick<Connection, 'protocol' | 'port'>) => Evaluation | typeof NO_ADDRESS {
  const { allowed, unknown } = reach.allowed(from, to, family);
  const reasons = reach.reasons(from, to, family);
  return ({ protocol, port }) => {
    const [yes, open] = [allowed, unknown].map((ports) => hasPort(ports, protocol, port));
    if (reasons === undefined) return yes === true || open === true ? CONTRADICTION : NO_ADDRESS;
    return {
      verdict: yes === true ? 'allow' : open === true ? 'unknown' : 'deny',
      egress: findingAt(reasons.egress, protocol, port),
      ingress: findingAt(reasons.ingress, protocol, port),
    };
  };
}

const NO_ADDRESS = { verdict: 'without address' } as const;
const CONTRADICTION = { ...NO_ADDRESS, but: 'something is allowed' } as const;

function* pairs(ends: readonly ReachEnd[]): Generator<readonly [ReachEnd, ReachEnd, Family]> {
  for (const from of ends)
    for (const to of ends) for (const family of FAMILIES) yield [from, to, family];
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
