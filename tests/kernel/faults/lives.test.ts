import { type Change, deletionOf, formatAddress, type KubernetesObject } from '@ringfence/core';
import { MEMBERS, NAMESPACES, namespaceOf, PROBED } from '../flows/cast.ts';
import type { FlowEnd } from '../flows/flow.ts';
import { upsert } from '../flows/random-changes.ts';
import { GUARDS } from './guard.ts';
import { goneOf, GUEST_WORLD, guestOf, GUESTS, plugFirst, roleAt } from './guests.ts';
import { testFaults } from './test-faults.ts';
import type { Fault, Trial } from './trial.ts';

const [E, F] = GUESTS;
const [A] = MEMBERS;

/** A pod ends, and stays as an object; at once another one, of the other role, has its address. */
const finished: Fault['round'] = async (trial, count) => {
  const { come, change, lab } = trial;
  const role = roleAt(count);
  const addresses = ['10.244.0.201', 'fd00:10:244::201'];
  const first = { ...E, node: 'node-1', uid: `e ${count}`, addresses } as const;
  const next = { ...F, node: 'node-1', uid: `f ${count}`, addresses } as const;
  await come(`${count}: ${role} comes`, E, () => plugFirst(trial, [upsert(guestOf(first, role))]));
  await change(`${count}: it is to end`, () =>
    lab.apply([upsert(guestOf(first, role, { terminating: true }))]),
  );
  await come(`${count}: it has finished, another has its address`, F, () =>
    plugFirst(trial, [
      upsert(guestOf(first, role, { finished: true })),
      upsert(guestOf(next, roleAt(count + 1))),
    ]),
  );
  await change(`${count}: both are gone`, () => lab.apply([goneOf(E), goneOf(F)]));
};

/** A pod on its node's network is the node, whatever its labels say. */
const onTheHost: Fault['round'] = async ({ change, lab }, count) => {
  const node = count % 4 < 2 ? 'node-1' : 'node-2';
  const addresses = lab.cluster.node(node)?.addresses.map(formatAddress) ?? [];
  const pod = { ...E, node, uid: `host ${count}`, addresses } as const;
  await change(`${count}: a pod on ${node}`, () =>
    lab.apply([upsert(guestOf(pod, roleAt(count), { hostNetwork: true }))]),
  );
  await change(`${count}: it is gone`, () => lab.apply([goneOf(E)]));
};

const isOfA = (end: FlowEnd): boolean => end.kind === 'pod' && end.name === A.name;

/** A pod that does not run claims an address, as what an API server tells of the dead may do. */
const shared: Fault['round'] = async (trial, count) => {
  const { lab, change, tellAgents } = trial;
  const isNewer = count % 2 === 0;
  const { namespace, name } = A;
  const addresses = lab.cluster.pod(namespace, name)?.object.addresses.map(formatAddress) ?? [];
  const other = {
    ...E,
    namespace: 'two',
    node: 'node-2',
    uid: `other ${count}`,
    addresses,
  } as const;
  const object = guestOf(other, 'trusted', { createdAt: isNewer ? 1 : -1 });
  // Nothing is lost by a claim that is older; whose the address is by a newer one, is not said of it.
  if (isNewer) {
    trial.expect(({ path }) => (isOfA(path.from) || isOfA(path.to) ? 'denials' : 'all'));
  }
  trial.tell(`${count}: another one has its address`, () => tellAgents([upsert(object)]));
  await trial.inForce(isNewer ? [`${namespace}/${name}`] : []);
  await trial.traffic.spoken(5);
  trial.expect();
  await change(`${count}: it is gone`, () => tellAgents([goneOf(other)]));
};

const terminating = (name: string): KubernetesObject => {
  const object = namespaceOf(name, 'red');
  return object.kind === 'Namespace' ? { ...object, terminating: true } : object;
};

/** A namespace is deleted: its policies go before its pods, and agents are started anew meanwhile. */
const deletedNamespace: Fault['round'] = async (trial, count) => {
  const { change, lab, agents, stopAgent, startAgent, inForce, traffic } = trial;
  const name = NAMESPACES[count % 2] ?? 'one';
  await change(`${count}: ${name} is to end`, () => lab.apply([upsert(terminating(name))]));
  const guards = GUARDS.filter((object) => 'namespace' in object && object.namespace === name);
  await change(`${count}: the policies of ${name} are gone`, () =>
    lab.apply(guards.map((object) => entombed(trial, object))),
  );
  const nodes = [...agents.keys()];
  await Promise.all(nodes.map(stopAgent));
  await traffic.spoken(5);
  for (const node of nodes) startAgent(node);
  await inForce();
  await traffic.spoken(5);
  await change(`${count}: ${name} is there again`, () =>
    lab.apply([...guards.map(upsert), upsert(namespaceOf(name, 'red'))]),
  );
};

function entombed({ lab }: Trial, object: KubernetesObject): Change {
  if (object.kind !== 'NetworkPolicy') throw new Error(`${object.kind} is no policy`);
  const { kind, namespace, name } = object;
  return deletionOf(lab.cluster, { kind, namespace, name });
}

testFaults('lives', [
  {
    ...GUEST_WORLD,
    title: 'a pod that ends and finishes, whose address another one has at once',
    rounds: 12,
    round: finished,
  },
  {
    title: 'pods on the network of a node come and go',
    flows: PROBED,
    packets: 40_000,
    rounds: 20,
    round: onTheHost,
  },
  { title: 'two pods claim one address', packets: 40_000, rounds: 20, round: shared },
  {
    title: 'a namespace deleted with its policies while its pods run',
    packets: 40_000,
    rounds: 10,
    round: deletedNamespace,
  },
]);
