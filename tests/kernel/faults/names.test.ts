import { expect } from 'vitest';
import { makeEnforcedLab } from '../enforced-lab.ts';
import { objectOf } from '../flows/cast.ts';
import { type FlowEnd, flowsOn, type Path } from '../flows/flow.ts';
import { upsert } from '../flows/random-changes.ts';
import { seeded } from '../flows/random.ts';
import { classOf, guardsFor, portsOf } from './guard.ts';
import { longChanges } from './long-changes.ts';
import { LONG_NAMESPACES, LONG_PODS, LONG_POLICIES } from './long-names.ts';
import { LONG_MEMBERS, longObjects } from './long-objects.ts';
import { BOTH, testFaults, type Tried } from './test-faults.ts';
import type { Fault, Trial } from './trial.ts';

const SEED = Number(process.env['RINGFENCE_SEED'] ?? Date.now() % 1_000_000);

const [NAMESPACE, TWIN] = LONG_NAMESPACES;
const [FIRST, SECOND] = LONG_PODS;
const pod = (namespace: string, name: string): FlowEnd => ({ kind: 'pod', namespace, name });
const outside: FlowEnd = { kind: 'outside' };

const PATHS: readonly Path[] = [
  { name: 'on one node', from: pod(NAMESPACE, FIRST), to: pod(TWIN, FIRST) },
  { name: 'of one name', from: pod(TWIN, SECOND), to: pod(NAMESPACE, SECOND) },
  { name: 'in one namespace', from: pod(NAMESPACE, FIRST), to: pod(NAMESPACE, SECOND) },
  { name: 'across all', from: pod(TWIN, FIRST), to: pod(NAMESPACE, SECOND) },
  { name: 'from a short name', from: pod('one', 'a'), to: pod(NAMESPACE, FIRST) },
  { name: 'to a short name', from: pod(NAMESPACE, SECOND), to: pod('two', 'd') },
  { name: 'from outside', from: outside, to: pod(TWIN, SECOND) },
  { name: 'to the outside', from: pod(TWIN, FIRST), to: outside },
];
const FLOWS = flowsOn(
  PATHS,
  ({ protocol, speaker, fresh }) => fresh || speaker === (protocol === 'TCP' ? 'client' : 'both'),
);
const ofClass = (which: number): Fault['flows'] & {} => classOf(which, FLOWS);

/** Pods of short names deny some flows; all else is decided by names and labels at their limits. */
function named(topology: Fault['topology'], seed: number): Tried {
  const random = seeded(seed);
  const ports = [1, 2].map((which) => portsOf([...ofClass(0), ...ofClass(which)]));
  const objects = longObjects(random, ports);
  const changes = longChanges(random, objects);
  return {
    title: 'names and labels at their limits, with every character',
    on: [topology],
    flows: FLOWS,
    policies: [...guardsFor([...ofClass(0), ...ofClass(1), ...ofClass(2)]), ...changes.policies],
    packets: 40_000,
    rounds: 150,
    async make(options) {
      const enforced = makeEnforcedLab({ ...options, nodes: 2 });
      const all = [...LONG_NAMESPACES.map(objects.namespace), ...LONG_MEMBERS.map(objects.pod)];
      enforced.lab.apply(all.map((manifest) => upsert(objectOf(manifest))));
      return enforced;
    },
    begin: async (trial) => expectAll(trial),
    async round({ change, lab }, count) {
      const { changes: some, text } = changes.next();
      await change(`${count}: ${text}`, () => lab.apply(some));
    },
  };
}

/** Each node has put each policy into force, whatever others are called. */
function expectAll({ agents }: Trial): void {
  const all = LONG_NAMESPACES.flatMap((namespace) =>
    LONG_POLICIES.map((name) => ({ kind: 'NetworkPolicy', namespace, name })),
  );
  for (const agent of agents.values()) {
    expect(agent.status().policies).toEqual(
      expect.arrayContaining(all.map((policy) => expect.objectContaining(policy))),
    );
  }
}

testFaults(
  `names, seed ${SEED}`,
  BOTH.map((topology, index) => named(topology, SEED + index)),
);
