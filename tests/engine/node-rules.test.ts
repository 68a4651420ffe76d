import {
  type Change,
  type Cluster,
  clusterOf,
  createCluster,
  deletionOf,
  type IpAddress,
  type KubernetesObject,
  refKey,
} from '@ringfence/core';
import {
  applied,
  compile,
  createNodeRules,
  type Element,
  type Packet,
  type Plan,
  planOf,
  type Ruleset,
  traceConnection,
  type Tracer,
  tracerOf,
  type Transaction,
  withOrder,
} from '@ringfence/dataplane';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressPairs, interfaceOf, OPTIONS, scheduled } from './dataplane-address.ts';
import { describeCase } from './describe-case.ts';
import { arbNoise, identityOf, type Noise } from './objects.arbitrary.ts';
import { someOf, TRAFFIC } from './traffic.ts';

const RUNS = { numRuns: 2_000 };

/** Bursts of changes: what is worked out, is worked out once for each burst. */
const arbHistory = fc.array(fc.array(arbNoise, { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 8,
});

describe('createNodeRules', () => {
  test('tells exactly what is to be written, and ends where a compiler starts', () => {
    let elements = 0;
    fc.assert(
      fc.property(arbHistory, (history) => {
        const cluster = createCluster();
        const state = new Map<string, KubernetesObject>();
        const rules = createNodeRules(cluster, 'n1', OPTIONS);
        let kernel = emptied(compile(createCluster(), 'n1', OPTIONS));
        for (const burst of history) {
          for (const noise of burst) {
            const change = changeFor(cluster, noise, state);
            rules.follow(change, cluster.apply(change));
          }
          // Whoever takes all of it goes on from there.
          if (burst.length === 1) {
            rules.settle();
            kernel = withOrder(rules.ruleset());
          }
          const delta = rules.flush();
          const told = () => describeCase([...state.values()], { history, delta });
          try {
            kernel = applied(kernel, { elements: delta.elements, revokes: false });
          } catch (error) {
            expect(error, told()).toBeUndefined();
          }
          elements += delta.elements.length;
          expect(plain(kernel), told()).toEqual(plain(withOrder(rules.ruleset())));
          const rebuilt = clusterOf([...state.values()].filter(isPlace));
          for (const policy of cluster.tombstones()) rebuilt.apply({ kind: 'entomb', policy });
          for (const object of state.values()) rebuilt.apply({ kind: 'upsert', object });
          const wanted = compile(rebuilt, 'n1', OPTIONS);
          expect(plain(renumbered(kernel)), told()).toEqual(plain(wanted));
        }
      }),
      RUNS,
    );
    expect(elements).toBeGreaterThan(10_000);
  });

  test('is planned so that no step shows what neither end says', () => {
    const seen = { steps: 0, changed: 0, revoking: 0 };
    fc.assert(
      fc.property(arbHistory, fc.nat(), (history, seed) => {
        const cluster = createCluster();
        const state = new Map<string, KubernetesObject>();
        const rules = createNodeRules(cluster, 'n1', OPTIONS);
        let kernel = emptied(compile(createCluster(), 'n1', OPTIONS));
        for (const burst of history) {
          const before = clusterOf(scheduled([...state.values()]));
          for (const noise of burst) {
            const change = changeFor(cluster, noise, state);
            rules.follow(change, cluster.apply(change));
          }
          const made = planOf(rules.flush(), { maxElements: 3 });
          const states: Ruleset[] = [kernel];
          for (const step of stepsOf(made)) states.push(applied(states.at(-1) ?? kernel, step));
          kernel = states.at(-1) ?? kernel;
          const tracers = states.map((each) => tracerOf(each));
          for (const packet of packetsOf([before, cluster], seed)) {
            const verdicts = tracers.map((tracer) => tracer(packet).verdict);
            const [first, last] = [verdicts[0], verdicts.at(-1)];
            seen.steps += verdicts.length;
            if (first !== last) seen.changed += 1;
            const turns = verdicts.filter((verdict, index) => verdict !== verdicts[index - 1]);
            const isRevoked = first === 'accept' && last === 'drop';
            if (turns.length <= 2 && !(isRevoked && made.atOnce?.revokes !== true)) continue;
            expect(verdicts, describeCase([...state.values()], { history, packet })).toBe(
              'the one, then the other; and told where a flow is revoked',
            );
          }
          if (made.atOnce?.revokes === true) seen.revoking += 1;
        }
      }),
      { numRuns: 500 },
    );
    expect(seen.steps).toBeGreaterThan(100_000);
    expect(seen.changed).toBeGreaterThan(1_000);
    expect(seen.revoking).toBeGreaterThan(100);
  });
});

/** Tombstones hold as long as their namespace has pods; a policy that comes again counts beside them. */
function isPlace({ kind }: KubernetesObject): boolean {
  return kind === 'Namespace' || kind === 'Pod';
}

function stepsOf({ early, atOnce, late }: Plan): readonly Transaction[] {
  return [...early, ...(atOnce === undefined ? [] : [atOnce]), ...late];
}

/** The change that something is for a cluster; keeps account of what is there. */
function changeFor(cluster: Cluster, noise: Noise, state: Map<string, KubernetesObject>): Change {
  if (noise.kind === 'upsert') {
    const [object = noise.object] = scheduled([noise.object]);
    state.set(identityOf(object), object);
    return { kind: 'upsert', object };
  }
  state.delete(refKey(noise.ref));
  return deletionOf(cluster, noise.ref);
}

/** A table as it is before anything was put in. */
function emptied(ruleset: Ruleset): Ruleset {
  return { ...ruleset, elements: new Map([...ruleset.elements.keys()].map((name) => [name, []])) };
}

/** What a ruleset says, without comments: those alone are no reason to touch an element. */
function plain({ elements }: Ruleset): unknown {
  return [...elements].map(([name, of]) => [
    name,
    of.map(({ key, identity }) => ({ key, identity })),
  ]);
}

const FIRST_NUMBER = 16;

/** The same with numbers in the order in which a compiler gives them: of pods, IPv4, IPv6. */
function renumbered(ruleset: Ruleset): Ruleset {
  const order: number[] = [];
  for (const name of ['identities4', 'identities6', 'segments4', 'segments6']) {
    for (const { identity } of ruleset.elements.get(name) ?? []) {
      if (identity === undefined || identity < FIRST_NUMBER) continue;
      if (!order.includes(identity)) order.push(identity);
    }
  }
  const to = (number: number): number =>
    number < FIRST_NUMBER ? number : FIRST_NUMBER + order.indexOf(number);
  const sets = new Map(ruleset.sets.map((set) => [set.name, set]));
  const elements = new Map(
    [...ruleset.elements].map(([name, of]): [string, readonly Element[]] => {
      const place = sets.get(name)?.key.indexOf('identity') ?? -1;
      const changed = of.map((element) => ({
        ...element,
        key: element.key.map((part, index) =>
          index === place && typeof part === 'number' ? to(part) : part,
        ),
        identity: element.identity === undefined ? undefined : to(element.identity),
      }));
      return [name, changed];
    }),
  );
  const set = (name: string) => elements.get(name) ?? [];
  const gone = [...elements.keys()].map((name) => ({
    set: sets.get(name) ?? ruleset.sets[0],
    gone: [],
    come: set(name),
  }));
  return applied(emptied(ruleset), {
    elements: gone.flatMap(({ set: of, ...rest }) =>
      of === undefined ? [] : [{ set: of, ...rest }],
    ),
    revokes: false,
  });
}

/** Packets of attempts that the node sees, by where pods are before and afterwards. */
function packetsOf(clusters: readonly Cluster[], seed: number): readonly Packet[] {
  const packets: Packet[] = [];
  const catching =
    (node: string): Tracer =>
    (packet) => {
      if (node === 'n1') packets.push(packet);
      return { verdict: 'accept', told: 'nothing', path: [], mark: 0 };
    };
  for (const cluster of clusters) {
    const pairs: readonly (readonly [IpAddress, IpAddress])[] = addressPairs(cluster, seed);
    for (const [turn, [from, to]] of pairs.entries()) {
      for (const traffic of someOf(TRAFFIC, turn + seed, 23)) {
        const attempt = { from, to, ...traffic, viaService: true };
        traceConnection(cluster, { tracer: catching, interfaceOf, uplink: 'eth0' }, attempt);
      }
    }
  }
  return packets;
}
