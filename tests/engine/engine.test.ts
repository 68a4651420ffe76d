import {
  type Cluster,
  clusterOf,
  type Connection,
  createCluster,
  evaluate,
  evaluatePorts,
  type IpAddress,
  type KubernetesObject,
  type NetworkPolicy,
  refKey,
  refOf,
} from '@ringfence/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbCase } from './connection.arbitrary.ts';
import { describeCase } from './describe-case.ts';
import { naiveVerdict, podsOf } from './naive.ts';
import {
  arbNetworkPolicy,
  arbNoise,
  arbObjects,
  arbRule,
  identityOf,
  PORTS,
} from './objects.arbitrary.ts';

const RUNS = { numRuns: 2_000 };

describe('evaluate', () => {
  test('agrees with the naive evaluator in every family', () => {
    fc.assert(
      fc.property(arbCase, ({ objects, connections }) => {
        const cluster = clusterOf(objects);
        for (const connection of connections.flatMap(inFamilies)) {
          const wanted = naiveVerdicts(objects, connection);
          const { verdict } = evaluate(cluster, connection);
          // With an address still open, `unknown` is right unless every address gives one answer,
          // and even then it is safe: the engine looks at blocks one by one.
          if (
            verdict === 'unknown' &&
            wanted.size > 0 &&
            involvesOpenAddress(objects, connection)
          ) {
            continue;
          }
          expect([...wanted], describeCase(objects, connection)).toEqual([verdict]);
        }
      }),
      RUNS,
    );
  });

  test('gives one answer for a family left open only where all families agree', () => {
    fc.assert(
      fc.property(arbCase, ({ objects, connections }) => {
        const cluster = clusterOf(objects);
        for (const connection of connections) {
          const { verdict } = evaluate(cluster, { ...connection, family: 'any' });
          if (verdict === 'unknown') continue;
          for (const each of inFamilies(connection)) {
            const inFamily = evaluate(cluster, each).verdict;
            if (inFamily !== 'unknown') expect(inFamily).toBe(verdict);
          }
        }
      }),
      RUNS,
    );
  });

  test('answers for ranges of ports as for each port', () => {
    fc.assert(
      fc.property(arbCase, ({ objects, connections: [connection] }) => {
        if (connection === undefined) return;
        const cluster = clusterOf(objects);
        const { from, to, family, viaService } = connection;
        const answers = evaluatePorts(cluster, { from, to, family, viaService });
        for (const protocol of ['TCP', 'UDP', 'SCTP'] as const) {
          const ranges = answers.filter((answer) => answer.protocol === protocol);
          expect(ranges[0]?.from).toBe(1);
          expect(ranges.at(-1)?.to).toBe(65_535);
          for (const port of PORTS.flatMap((each) => [Math.max(1, each - 1), each])) {
            const range = ranges.find((each) => each.from <= port && port <= each.to);
            expect(range?.evaluation).toEqual(evaluate(cluster, { ...connection, protocol, port }));
          }
        }
      }),
      RUNS,
    );
  });
});

describe('apply', () => {
  test('leads to the same answers whatever happened before, and in whatever order', () => {
    fc.assert(
      fc.property(
        arbCase,
        fc.array(arbNoise, { maxLength: 30 }),
        fc.infiniteStream(fc.nat()),
        ({ objects, connections }, noise, dice) => {
          const wanted = objects.map((object) => ({ kind: 'upsert' as const, object }));
          const cluster = createCluster();
          const state = new Map<string, KubernetesObject>();
          for (const change of shuffled([...noise, ...wanted], dice)) {
            // Ask in between, so that what is derived lazily exists before it must change.
            for (const connection of connections.slice(0, 3)) evaluate(cluster, connection);
            cluster.apply(change);
            if (change.kind === 'upsert') state.set(identityOf(change.object), change.object);
            else state.delete(refKey(change.ref));
          }
          const rebuilt = clusterOf(shuffled([...state.values()], dice));
          expect(namesIn(cluster)).toEqual(namesIn(rebuilt));
          for (const connection of connections) {
            expect(
              evaluate(cluster, connection),
              describeCase([...state.values()], connection),
            ).toEqual(evaluate(rebuilt, connection));
          }
        },
      ),
      RUNS,
    );
  });

  test('lets a template stand in for exactly the workloads that have no pods', () => {
    fc.assert(
      fc.property(arbObjects, (objects) => {
        const names = [...clusterOf(objects).pods()].map(({ object }) => nameOf(object));
        expect(names.toSorted()).toEqual(podsOf(objects).map(nameOf).toSorted());
      }),
      RUNS,
    );
  });

  test('forgets everything when every object is deleted', () => {
    fc.assert(
      fc.property(arbObjects, (objects) => {
        const cluster = clusterOf(objects);
        for (const object of objects) cluster.apply({ kind: 'delete', ref: refOf(object) });
        expect(namesIn(cluster)).toEqual([]);
        expect(cluster.namespaceNames()).toEqual([]);
        expect([...cluster.policies()]).toEqual([]);
      }),
      RUNS,
    );
  });
});

describe('laws of NetworkPolicy', () => {
  test('adding a rule that allows never denies', () => {
    fc.assert(
      fc.property(arbCase, arbRule, ({ objects, connections }, rule) => {
        const wider = objects.map((object) =>
          object.kind === 'NetworkPolicy' ? withRule(object, rule) : object,
        );
        const before = clusterOf(objects);
        const after = clusterOf(wider);
        for (const connection of connections) {
          if (evaluate(before, connection).verdict !== 'allow') continue;
          expect(evaluate(after, connection).verdict, describeCase(objects, connection)).not.toBe(
            'deny',
          );
        }
      }),
      RUNS,
    );
  });

  test('splitting a policy into one for each rule changes no verdict', () => {
    sameVerdicts((policy) => split(policy));
  });

  test('the order of rules changes no verdict', () => {
    sameVerdicts((policy) => [reverseRules(policy)]);
  });

  test('renaming a policy changes no verdict', () => {
    sameVerdicts((policy) => [{ ...policy, name: `${policy.name}-renamed` }]);
  });

  test('a policy that selects nobody changes no verdict', () => {
    const nobody = new Set<string>();
    fc.assert(
      fc.property(arbCase, arbNetworkPolicy, ({ objects, connections }, policy) => {
        const idle: NetworkPolicy = {
          ...policy,
          name: 'idle',
          subject: [{ kind: 'in', key: 'app', values: nobody }],
        };
        expectSameVerdicts(clusterOf(objects), clusterOf([...objects, idle]), connections);
      }),
      RUNS,
    );
  });
});

function sameVerdicts(rewrite: (policy: NetworkPolicy) => readonly NetworkPolicy[]): void {
  fc.assert(
    fc.property(arbCase, ({ objects, connections }) => {
      const rewritten = objects.flatMap((object): readonly KubernetesObject[] =>
        object.kind === 'NetworkPolicy' ? rewrite(object) : [object],
      );
      expectSameVerdicts(clusterOf(objects), clusterOf(rewritten), connections);
    }),
    RUNS,
  );
}

function expectSameVerdicts(
  left: Cluster,
  right: Cluster,
  connections: readonly Connection[],
): void {
  for (const connection of connections) {
    expect(evaluate(right, connection).verdict).toBe(evaluate(left, connection).verdict);
  }
}

function withRule(policy: NetworkPolicy, rule: Parameters<typeof rulesWith>[1]): NetworkPolicy {
  return {
    ...policy,
    egress: rulesWith(policy.egress, rule),
    ingress: rulesWith(policy.ingress, rule),
  };
}

function rulesWith(
  direction: NetworkPolicy['egress'],
  rule: Extract<NetworkPolicy['egress'], { kind: 'isolated' }>['rules'][number],
): NetworkPolicy['egress'] {
  return direction.kind === 'isolated'
    ? { ...direction, rules: [...direction.rules, rule] }
    : direction;
}

function split(policy: NetworkPolicy): readonly NetworkPolicy[] {
  const only = (direction: NetworkPolicy['egress'], wanted: number): NetworkPolicy['egress'] =>
    direction.kind === 'isolated'
      ? { ...direction, rules: direction.rules.filter((_, index) => index === wanted) }
      : direction;
  return [0, 1].map((wanted) => ({
    ...policy,
    name: `${policy.name}-${wanted}`,
    egress: only(policy.egress, wanted),
    ingress: only(policy.ingress, wanted),
  }));
}

function reverseRules(policy: NetworkPolicy): NetworkPolicy {
  const reverse = (direction: NetworkPolicy['egress']): NetworkPolicy['egress'] =>
    direction.kind === 'isolated'
      ? { ...direction, rules: [...direction.rules].reverse() }
      : direction;
  return { ...policy, egress: reverse(policy.egress), ingress: reverse(policy.ingress) };
}

type InFamily = Connection & { family: 'IPv4' | 'IPv6' };

function inFamilies(connection: Connection): readonly InFamily[] {
  return (['IPv4', 'IPv6'] as const).map((family) => ({ ...connection, family }));
}

/** The addresses that pods to come may get; together they lie in every segment of the small world. */
function worlds(family: 'IPv4' | 'IPv6'): readonly IpAddress[] {
  const inside = Array.from(
    { length: 20 },
    (_, last): IpAddress =>
      family === 'IPv4'
        ? { family, value: 0x0a00_0000 + last }
        : { family, value: (0x2001_0db8n << 96n) + BigInt(last) },
  );
  return [
    ...inside,
    family === 'IPv4' ? { family, value: 0x7f00_0001 } : { family, value: 1n << 100n },
  ];
}

function naiveVerdicts(
  objects: readonly KubernetesObject[],
  connection: InFamily,
): ReadonlySet<string> {
  return new Set(
    worlds(connection.family).map((address) => naiveVerdict(objects, connection, address)),
  );
}

function involvesOpenAddress(
  objects: readonly KubernetesObject[],
  { from, to }: Connection,
): boolean {
  const open = [from, to].some(
    (end) =>
      end.kind === 'node' ||
      (end.kind === 'pod' &&
        podsOf(objects).some(
          (pod) =>
            pod.namespace === end.namespace &&
            pod.name === end.name &&
            (pod.name.includes('/') || pod.hostNetwork),
        )),
  );
  return open;
}

function nameOf({
  namespace,
  name,
}: {
  readonly namespace: string;
  readonly name: string;
}): string {
  return `${namespace}/${name}`;
}

function namesIn(cluster: Cluster): readonly string[] {
  return [...cluster.pods()]
    .map(({ object, addresses }) => `${object.namespace}/${object.name} ${addresses.length}`)
    .sort();
}

function shuffled<T>(items: readonly T[], dice: Iterator<number>): readonly T[] {
  return items
    .map((item) => ({ item, roll: Number(dice.next().value) }))
    .sort((left, right) => left.roll - right.roll)
    .map(({ item }) => item);
}
