import { clusterOf, type IpAddress } from '@ringfence/core';
import {
  applied,
  compile,
  type Packet,
  plan,
  render,
  type Ruleset,
  traceConnection,
  type Tracer,
  tracerOf,
} from '@ringfence/dataplane';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressPairs, interfaceOf, OPTIONS, scheduled } from './dataplane-address.ts';
import { describeCase } from './describe-case.ts';
import { arbNoise, arbObjects, identityOf, type Noise, refKey } from './objects.arbitrary.ts';
import { someOf, TRAFFIC } from './traffic.ts';

const RUNS = { numRuns: 2_000 };

/** A cluster before and after a few changes. */
const arbHistory = fc
  .tuple(arbObjects, fc.array(arbNoise, { minLength: 1, maxLength: 4 }))
  .map(([objects, noise]) => ({
    before: scheduled(objects),
    after: scheduled(noise.reduce(disturbed, objects)),
  }));

function disturbed(
  objects: typeof arbObjects extends fc.Arbitrary<infer T> ? T : never,
  noise: Noise,
) {
  const key = noise.kind === 'delete' ? refKey(noise.ref) : identityOf(noise.object);
  const others = objects.filter((object) => identityOf(object) !== key);
  return noise.kind === 'delete' ? others : [...others, noise.object];
}

const PLAN = { retired: new Set<number>(), maxElements: 3 };

describe('plan', () => {
  test('never shows a packet what neither end says, and ends where it should', () => {
    let between = 0;
    let changed = 0;
    fc.assert(
      fc.property(arbHistory, fc.nat(), (history, seed) => {
        const clusters = [clusterOf(history.before), clusterOf(history.after)];
        const [was, is] = clusters.map((cluster) => compile(cluster, 'n1', OPTIONS));
        if (was === undefined || is === undefined) throw new Error('there are two');
        const made = plan(was, is, PLAN);
        if (made.kind === 'newLayout') throw new Error('chains are the same');
        const states: Ruleset[] = [was];
        for (const transaction of made.transactions) {
          states.push(applied(states.at(-1) ?? was, transaction));
        }
        expect(plain(states.at(-1))).toEqual(plain(made.ruleset));
        const tracers = states.map((state) => tracerOf(state));
        const wanted = tracerOf(is);
        const attempts = clusters.flatMap((cluster) => attemptsIn(cluster, seed));
        for (const attempt of attempts) {
          const packet = packetOf(attempt, clusters);
          for (const each of packet) {
            const seen = tracers.map((tracer) => tracer(each).verdict);
            const [first, last] = [seen[0], wanted(each).verdict];
            between += seen.length;
            if (first !== last) changed += 1;
            if (
              seen.at(-1) !== last ||
              seen.some((verdict) => verdict !== first && verdict !== last)
            ) {
              expect(seen, describeCase(history.before, { history, attempt, last })).toBe(
                'the one, then the other',
              );
            }
            if (!made.revokes && first === 'accept') expect(last).toBe('accept');
          }
        }
      }),
      RUNS,
    );
    expect(between).toBeGreaterThan(100_000);
    expect(changed).toBeGreaterThan(1_000);
  });

  test('does nothing where nothing changes, and only what must change for a new generation', () => {
    fc.assert(
      fc.property(arbObjects.map(scheduled), (objects) => {
        const cluster = clusterOf(objects);
        const ruleset = compile(cluster, 'n1', OPTIONS);
        const same = plan(ruleset, ruleset, PLAN);
        expect(same).toMatchObject({ kind: 'changes', transactions: [], revokes: false });
        const next = compile(cluster, 'n1', { ...OPTIONS, generation: 2 });
        const bump = plan(ruleset, next, PLAN);
        if (bump.kind === 'newLayout') throw new Error('only the generation is another');
        const [transaction, ...more] = bump.transactions;
        expect(more).toEqual([]);
        expect(transaction?.map(({ kind }) => kind)).toEqual(['replaceRule', 'replaceRule']);
        expect(render(applied(ruleset, transaction ?? []))).toBe(render(next));
      }),
      { numRuns: 100 },
    );
  });

  test('tells where the chains are others', () => {
    const cluster = clusterOf([]);
    const ruleset = compile(cluster, 'n1', OPTIONS);
    const other = compile(cluster, 'n1', { ...OPTIONS, unprogrammed: 'allow' });
    expect(plan(ruleset, other, PLAN)).toEqual({ kind: 'newLayout' });
  });
});

/** What a ruleset says, without comments: those alone are no reason to touch an element. */
function plain(ruleset: Ruleset | undefined): unknown {
  return [...(ruleset?.elements ?? [])].map(([name, elements]) => [
    name,
    elements.map(({ key, identity }) => ({ key, identity })),
  ]);
}

type Attempt = Parameters<typeof traceConnection>[2];

function attemptsIn(cluster: ReturnType<typeof clusterOf>, seed: number): readonly Attempt[] {
  return addressPairs(cluster, seed).flatMap(([from, to]: readonly [IpAddress, IpAddress], turn) =>
    someOf(TRAFFIC, turn + seed, 23).map((traffic) => ({ from, to, ...traffic, viaService: true })),
  );
}

/** The packets of an attempt that this node sees, by where the pods are before or afterwards. */
function packetOf(
  attempt: Attempt,
  clusters: readonly ReturnType<typeof clusterOf>[],
): readonly Packet[] {
  return clusters.flatMap((cluster) => {
    const packets: Packet[] = [];
    const catching =
      (node: string): Tracer =>
      (packet) => {
        if (node === 'n1') packets.push(packet);
        return { verdict: 'accept', path: [], mark: 0 };
      };
    traceConnection(cluster, { tracer: catching, interfaceOf, uplink: 'eth0' }, attempt);
    return packets;
  });
}
