import { type Cluster, clusterOf, evaluate } from '@ringfence/core';
import {
  attemptsOf,
  compile,
  type CompileOptions,
  render,
  traceConnection,
  type Tracer,
  tracerOf,
} from '@ringfence/dataplane';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbCase } from './connection.arbitrary.ts';
import { describeCase } from './describe-case.ts';
import {
  addressPairs,
  arbScheduled,
  interfaceOf,
  OPTIONS,
  scheduled,
} from './dataplane-address.ts';
import { someOf, TRAFFIC } from './traffic.ts';

const RUNS = { numRuns: 2_000 };

function tracers(cluster: Cluster, options: CompileOptions): (node: string) => Tracer {
  const known = new Map<string, Tracer>();
  return (node) => {
    const before = known.get(node);
    if (before !== undefined) return before;
    const made = tracerOf(compile(cluster, node, options));
    known.set(node, made);
    return made;
  };
}

describe('compile', () => {
  test.each(['enforce', 'allow'] as const)(
    'makes rulesets that do what evaluate says, with egress to the own node: %s',
    (ownNodeEgress) => {
      let asked = 0;
      const verdicts = { allow: 0, deny: 0 };
      fc.assert(
        fc.property(arbScheduled, fc.boolean(), fc.nat(), (objects, viaService, seed) => {
          const cluster = clusterOf(objects, { ownNodeEgress });
          const tracer = tracers(cluster, OPTIONS);
          const nodes = { tracer, interfaceOf, uplink: 'eth0' };
          let turn = seed;
          for (const [from, to] of addressPairs(cluster, seed)) {
            turn += 1;
            for (const traffic of someOf(TRAFFIC, turn, 11)) {
              const attempt = { from, to, ...traffic, viaService };
              const evaluation = evaluate(cluster, {
                ...attempt,
                from: { kind: 'address', address: from },
                to: { kind: 'address', address: to },
                family: from.family,
              });
              const { verdict } = evaluation;
              if (verdict === 'unknown') throw new Error('addresses are known');
              const traced = traceConnection(cluster, nodes, attempt);
              asked += 1;
              verdicts[verdict] += 1;
              if ((traced.verdict === 'accept') !== (verdict === 'allow')) {
                expect(traced, describeCase(objects, { attempt, evaluation })).toBe(verdict);
              }
            }
          }
        }),
        RUNS,
      );
      expect(asked).toBeGreaterThan(100_000);
      expect(verdicts.allow).toBeGreaterThan(asked / 10);
      expect(verdicts.deny).toBeGreaterThan(asked / 10);
    },
  );

  test('makes rulesets that do what evaluate says of connections between pods, however asked', () => {
    let asked = 0;
    fc.assert(
      fc.property(arbCase, ({ objects, connections }) => {
        const cluster = clusterOf(scheduled(objects));
        const nodes = { tracer: tracers(cluster, OPTIONS), interfaceOf, uplink: 'eth0' };
        for (const connection of connections) {
          const { from, to } = connection;
          const evaluation = evaluate(cluster, connection);
          const attempts = attemptsOf(cluster, connection);
          if (from.kind !== 'pod' || to.kind !== 'pod' || evaluation.verdict === 'unknown')
            continue;
          const both = [from, to].map((end) => cluster.pod(end.namespace, end.name));
          if (both.some((pod) => pod?.underPolicy !== true || pod.standIn)) continue;
          // A pod that has no address yet can be asked about, but makes no attempt.
          const addressed = both.every((pod) => pod !== undefined && pod.addresses.length > 0);
          expect(attempts.length > 0).toBe(addressed);
          for (const attempt of attempts) {
            asked += 1;
            const { verdict } = traceConnection(cluster, nodes, attempt);
            expect(verdict, describeCase(objects, { connection, evaluation })).toBe(
              evaluation.verdict === 'allow' ? 'accept' : 'drop',
            );
          }
        }
      }),
      RUNS,
    );
    expect(asked).toBeGreaterThan(2_000);
  });

  test('gives the same bytes whatever order the objects came in', () => {
    fc.assert(
      fc.property(
        arbScheduled.chain((objects) =>
          fc.record({
            objects: fc.constant(objects),
            shuffled: fc.shuffledSubarray([...objects], {
              minLength: objects.length,
              maxLength: objects.length,
            }),
          }),
        ),
        ({ objects, shuffled }) => {
          for (const node of ['n1', 'n2']) {
            const [text, other] = [objects, shuffled].map((each) =>
              render(compile(clusterOf(each), node, OPTIONS)),
            );
            expect(other, describeCase(objects, shuffled)).toBe(text);
          }
        },
      ),
      RUNS,
    );
  });
});
