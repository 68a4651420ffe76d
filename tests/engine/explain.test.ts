/**
 * What is said about an answer must be true of it: a suggested policy, read back as a manifest and
 * added, makes the verdict `allow`; without the necessary rules a connection is denied.
 */
import {
  clusterOf,
  commonFamilies,
  type Connection,
  decode,
  evaluate,
  type KubernetesObject,
  necessaryRules,
  type NetworkPolicy,
  type RuleRef,
  type Suggestion,
  suggestAllowance,
  type TierPolicy,
} from '@ringfence/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbCase } from './connection.arbitrary.ts';
import { describeCase } from './describe-case.ts';

const RUNS = { numRuns: 2_000 };

describe('suggestAllowance', () => {
  test('suggests policies that make the verdict allow when they are added', () => {
    let added = 0;
    fc.assert(
      fc.property(arbCase, ({ objects, connections }) => {
        const cluster = clusterOf(objects);
        for (const connection of connections) {
          const suggestions = suggestAllowance(cluster, connection);
          if (suggestions.length === 0) continue;
          added += 1;
          const wider = clusterOf([...objects, ...suggestions.map(decoded)]);
          expect(
            evaluate(wider, connection).verdict,
            `${JSON.stringify(suggestions.map(({ manifest }) => manifest))}\n${describeCase(objects, connection)}`,
          ).toBe('allow');
        }
      }),
      RUNS,
    );
    expect(added).toBeGreaterThan(500);
  });

  test('suggests something for every denial by NetworkPolicy alone', () => {
    fc.assert(
      fc.property(arbCase, ({ objects, connections }) => {
        const cluster = clusterOf(objects);
        // A node without address cannot be named by any rule; of a pod without one, nothing can be
        // promised.
        const isNameable = (end: Connection['from']): boolean => {
          if (end.kind !== 'pod') return end.kind === 'address';
          const pod = cluster.pod(end.namespace, end.name);
          return pod?.underPolicy === true && pod.addresses.length > 0;
        };
        for (const connection of connections) {
          const { verdict, egress, ingress } = evaluate(cluster, connection);
          const plain = [egress, ingress].every(
            ({ kind }) => kind !== 'decidedByTier' && kind !== 'unknown',
          );
          if (verdict !== 'deny' || !plain || !ends(connection).every(isNameable)) continue;
          expect(
            suggestAllowance(cluster, connection),
            describeCase(objects, connection),
          ).not.toEqual([]);
        }
      }),
      RUNS,
    );
  });

  test('isolates no pod that it does not name', () => {
    fc.assert(
      fc.property(arbCase, ({ objects, connections: [connection] }) => {
        if (connection === undefined) return;
        const cluster = clusterOf(objects);
        for (const suggestion of suggestAllowance(cluster, connection)) {
          const wider = clusterOf([...objects, decoded(suggestion)]);
          const named = new Set(suggestion.newlyIsolated.map(({ object }) => object.name));
          for (const pod of cluster.pods()) {
            const { namespace, name } = pod.object;
            if (named.has(name)) continue;
            const probe = probeOf(connection, suggestion, { kind: 'pod', namespace, name });
            if (evaluate(cluster, probe).verdict !== 'allow') continue;
            expect(evaluate(wider, probe).verdict, describeCase(objects, probe)).not.toBe('deny');
          }
        }
      }),
      RUNS,
    );
  });
});

describe('necessaryRules', () => {
  test('names rules without which the direction is denied', () => {
    let named = 0;
    fc.assert(
      fc.property(arbCase, ({ objects, connections }) => {
        const cluster = clusterOf(objects);
        for (const asked of connections) {
          const shared = commonFamilies(cluster, asked)?.[0] ?? 'any';
          const family = asked.family === 'any' ? shared : asked.family;
          const connection: Connection = { ...asked, family };
          if (evaluate(cluster, connection).verdict !== 'allow') continue;
          const rules = necessaryRules(cluster, connection);
          for (const direction of ['egress', 'ingress'] as const) {
            const without = clusterOf(objects.map((object) => dropRules(object, rules[direction])));
            const wanted = rules[direction].length > 0 ? 'deny' : 'allow';
            named += rules[direction].length;
            // A rule that is not there cannot make the rest of the cluster look different.
            expect(
              evaluate(without, connection).verdict,
              `${direction} ${JSON.stringify(rules[direction])}\n${describeCase(objects, connection)}`,
            ).toBe(wanted);
          }
        }
      }),
      RUNS,
    );
    expect(named).toBeGreaterThan(200);
  });
});

function decoded({ manifest }: Suggestion): KubernetesObject {
  const result = decode(manifest, { namespace: 'default', reading: 'strict' });
  if (result.kind !== 'object')
    throw new Error(`${JSON.stringify(manifest)}: ${JSON.stringify(result)}`);
  expect(result.warnings).toEqual([]);
  return result.object;
}

/** The same connection, made or received by another pod. */
function probeOf(
  connection: Connection,
  { direction }: Suggestion,
  pod: Connection['from'],
): Connection {
  return direction === 'egress' ? { ...connection, from: pod } : { ...connection, to: pod };
}

function ends({ from, to }: Connection): readonly Connection['from'][] {
  return [from, to];
}

function dropRules(object: KubernetesObject, refs: readonly RuleRef[]): KubernetesObject {
  const own = refs.filter(
    ({ policy }) =>
      policy.kind === object.kind &&
      policy.name === object.name &&
      policy.namespace === ('namespace' in object ? object.namespace : ''),
  );
  if (own.length === 0) return object;
  if (object.kind === 'NetworkPolicy') return withoutRules(object, own);
  return 'tier' in object ? withoutTierRules(object, own) : object;
}

function withoutRules(policy: NetworkPolicy, refs: readonly RuleRef[]): NetworkPolicy {
  const keep = (direction: 'egress' | 'ingress'): NetworkPolicy['egress'] => {
    const rules = policy[direction];
    if (rules.kind === 'notIsolated') return rules;
    return {
      ...rules,
      rules: rules.rules.filter((_, index) => !isNamed(refs, direction, index)),
    };
  };
  return { ...policy, egress: keep('egress'), ingress: keep('ingress') };
}

function withoutTierRules(policy: TierPolicy, refs: readonly RuleRef[]): TierPolicy {
  return {
    ...policy,
    egress: policy.egress.filter((_, index) => !isNamed(refs, 'egress', index)),
    ingress: policy.ingress.filter((_, index) => !isNamed(refs, 'ingress', index)),
  };
}

function isNamed(refs: readonly RuleRef[], direction: string, index: number): boolean {
  return refs.some((ref) => ref.direction === direction && ref.rule === index);
}
