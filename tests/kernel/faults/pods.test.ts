import type { Member } from '../flows/cast.ts';
import { upsert } from '../flows/random-changes.ts';
import { goneOf, GUEST_WORLD, guestOf, GUESTS, plugFirst, roleAt } from './guests.ts';
import { BOTH, testFaults } from './test-faults.ts';
import type { Fault } from './trial.ts';

const [E, F] = GUESTS;
const NODES = ['node-1', 'node-2'] as const;

/** Of the range of node-1, and of nobody's. */
const IN_RANGE = ['10.244.0.200', 'fd00:10:244::200'] as const;
const OUTSIDE_RANGES = ['10.250.0.200', 'fd00:10:250::200'] as const;

/** The pod comes again, as another one of the same name: on each node, with and without a deletion. */
const recreated: Fault['round'] = async ({ come, lab }, count) => {
  const node = NODES[Math.floor(count / 2) % 2] ?? 'node-1';
  const pod = { ...E, node, uid: `e ${count}` };
  const role = roleAt(count);
  await come(`${count}: ${role} on ${node}`, E, () => {
    const gone = count % 3 === 0 && count > 0 ? [goneOf(E)] : [];
    lab.apply([...gone, upsert(guestOf(pod, role))]);
  });
};

/**
 * What one pod had is at once another one's, of the other role. Agents are told first in every other
 * round, and find the network changed in the others.
 */
const reused =
  (addresses: readonly string[], nodeOf: (count: number) => Member['node']): Fault['round'] =>
  async (trial, count) => {
    const [old, come] = count % 2 === 0 ? [F, E] : [E, F];
    const pod = { ...come, node: nodeOf(count), uid: `${come.name} ${count}`, addresses };
    const role = roleAt(count);
    const changes = [...(count === 0 ? [] : [goneOf(old)]), upsert(guestOf(pod, role))];
    await trial.come(`${count}: ${come.name}, ${role}, in place of ${old.name}`, come, () =>
      count % 4 < 2 ? trial.lab.apply(changes) : plugFirst(trial, changes),
    );
  };

/** The same, and nobody tells the agents before everybody has spoken a while. */
const toldLate =
  (round: Fault['round']): Fault['round'] =>
  async (trial, count) => {
    const speak = trial.keepSilent();
    const going = round(trial, count);
    await trial.traffic.spoken(10);
    speak();
    await going;
  };

testFaults('pods', [
  { ...GUEST_WORLD, title: 'a pod recreated under its name', on: BOTH, round: recreated },
  {
    ...GUEST_WORLD,
    title: 'an address used again at once on the same node',
    on: BOTH,
    round: reused(IN_RANGE, () => 'node-1'),
  },
  {
    ...GUEST_WORLD,
    title: 'an address used again at once on another node',
    // Of no node's own range: where pods are by their interfaces has to be said.
    agent: { podInterfaces: ['rf*'] },
    round: reused(OUTSIDE_RANGES, (count) => NODES[count % 2] ?? 'node-1'),
  },
  {
    ...GUEST_WORLD,
    title: 'an address used again on the same node before agents are told',
    round: toldLate(reused(IN_RANGE, () => 'node-1')),
  },
]);
