import {
  type Change,
  cidrHas,
  createCluster,
  formatAddress,
  formatCidr,
  type IpAddress,
  type KubernetesObject,
  type Node,
  type Pod,
  refKey,
  refOf,
  sameAddress,
  type Service,
} from '@ringfence/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { podNamed, serviceNamed } from '../testing.ts';
import { type Assigner, createAssigner } from './assigner.ts';
import { arbHistory, arbObject } from './objects.arbitrary.ts';
import { DEFAULT_RANGES } from './ranges.ts';
import { cidr, nodeNamed } from './testing.ts';

const RUNS = { numRuns: 1_000 };

type Objects = Map<string, KubernetesObject>;

/** Follows what changes say. */
function follow(objects: Objects, changes: readonly Change[]): void {
  for (const change of changes) {
    if (change.kind === 'upsert') objects.set(refKey(refOf(change.object)), change.object);
    else if (change.kind === 'delete') objects.delete(refKey(change.ref));
  }
}

const podsOf = (objects: Objects): readonly Pod[] =>
  [...objects.values()].flatMap((object) => (object.kind === 'Pod' ? [object] : []));
const nodesOf = (objects: Objects): readonly Node[] =>
  [...objects.values()].flatMap((object) => (object.kind === 'Node' ? [object] : []));
const servicesOf = (objects: Objects): readonly Service[] =>
  [...objects.values()].flatMap((object) => (object.kind === 'Service' ? [object] : []));

/** One world: what manifests say, what the assigner makes of it. */
interface World {
  readonly stated: Objects;
  readonly seen: Objects;
  readonly assigner: Assigner;
}

/** A world as it was. */
interface Before extends Pick<World, 'stated' | 'seen'> {
  readonly troubled: ReadonlySet<string>;
}

const troubled = ({ assigner }: World): ReadonlySet<string> =>
  new Set(assigner.problems().map(({ ref }) => refKey(ref)));

/** Whoever has each address, except pods that have finished or are on their node's network. */
function holders(objects: Objects): ReadonlyMap<string, readonly KubernetesObject[]> {
  const found = new Map<string, KubernetesObject[]>();
  const add = (object: KubernetesObject, addresses: readonly IpAddress[]): void => {
    for (const each of new Set(addresses.map(formatAddress))) {
      found.set(each, [...(found.get(each) ?? []), object]);
    }
  };
  for (const node of nodesOf(objects)) add(node, node.addresses);
  for (const service of servicesOf(objects)) add(service, service.clusterIPs);
  for (const pod of podsOf(objects)) {
    if (!pod.finished && !pod.hostNetwork) add(pod, pod.addresses);
  }
  return found;
}

function states({ stated }: World, object: KubernetesObject, text: string): boolean {
  const own = stated.get(refKey(refOf(object)));
  const addresses =
    own?.kind === 'Node' || own?.kind === 'Pod'
      ? own.addresses
      : own?.kind === 'Service'
        ? own.clusterIPs
        : [];
  return addresses.map(formatAddress).includes(text);
}

function checkUnique(world: World): void {
  for (const [text, objects] of holders(world.seen)) {
    const given = objects.filter((object) => !states(world, object, text));
    expect(given.length, `${text} was given more than once`).toBeLessThanOrEqual(1);
    if (objects.length === 1) continue;
    for (const object of objects) expect(troubled(world)).toContain(refKey(refOf(object)));
  }
}

function checkPods(world: World): void {
  const nodes = new Map(nodesOf(world.seen).map((node) => [node.name, node]));
  for (const pod of podsOf(world.seen)) {
    const key = refKey(refOf(pod));
    const own = world.stated.get(key);
    if (own?.kind === 'Pod') {
      const { node, addresses, ...rest } = own;
      expect(pod).toMatchObject(rest);
      if (node !== '') expect(pod.node).toBe(node);
      if (addresses.length > 0) expect(pod.addresses).toEqual(addresses);
    }
    if (pod.finished) continue;
    if (pod.node === '') expect(nodes.size).toBe(0);
    const node = nodes.get(pod.node);
    if (node === undefined) {
      expect(troubled(world)).toContain(key);
      continue;
    }
    if (pod.addresses.length === 0) expect(troubled(world)).toContain(key);
    if (own?.kind === 'Pod' && own.addresses.length > 0) continue;
    for (const each of pod.addresses) {
      const isIn = pod.hostNetwork
        ? node.addresses.some((host) => sameAddress(host, each))
        : node.podRanges.some((range) => cidrHas(range, each));
      expect(isIn, `${formatAddress(each)} of ${key}`).toBe(true);
    }
  }
}

function checkServices(world: World): void {
  const nodePorts = new Map<number, string>();
  for (const service of servicesOf(world.seen)) {
    const key = refKey(refOf(service));
    const isKnown = service.type !== 'ExternalName' && !service.headless;
    if (isKnown) expect(service.clusterIPs.map(({ family }) => family)).toEqual(service.families);
    else expect(service.clusterIPs).toEqual([]);
    for (const each of service.clusterIPs) {
      if (states(world, service, formatAddress(each)) || troubled(world).has(key)) continue;
      expect(DEFAULT_RANGES.services.some((range) => cidrHas(range, each))).toBe(true);
    }
    const isOnNodes = isKnown && (service.type === 'NodePort' || service.type === 'LoadBalancer');
    for (const { nodePort } of isOnNodes ? service.ports : []) {
      expect(nodePort >= 30_000 && nodePort <= 32_767).toBe(true);
      expect(nodePorts.has(nodePort)).toBe(false);
      nodePorts.set(nodePort, key);
    }
  }
  for (const service of servicesOf(world.stated)) {
    const key = refKey(refOf(service));
    if (!troubled(world).has(key))
      expect(world.seen.get(key)).toMatchObject({ type: service.type });
  }
}

/** Whether a pod is left to the assigner in some respect. */
function isOpen(
  { stated }: Pick<World, 'stated'>,
  pod: Pod,
  isLeft: (own: Pod) => boolean,
): boolean {
  const own = stated.get(refKey(refOf(pod)));
  return own?.kind !== 'Pod' || isLeft(own);
}

/** Where a pod was bound and what it was given stays, as long as it is the same pod. */
function checkPodsKept(before: Before, after: World): void {
  const node = ({ seen }: Pick<World, 'seen'>, name: string): Node | undefined =>
    nodesOf(seen).find((each) => each.name === name);
  for (const pod of podsOf(after.seen)) {
    const old = before.seen.get(refKey(refOf(pod)));
    if (old?.kind !== 'Pod' || old.uid !== pod.uid || pod.finished || old.finished) continue;
    const isBound = [before, after].every((world) => isOpen(world, pod, (own) => own.node === ''));
    if (isBound && node(after, old.node) !== undefined) expect(pod.node).toBe(old.node);
    const isGiven = [before, after].every((world) =>
      isOpen(world, pod, (own) => own.addresses.length === 0),
    );
    if (!isGiven || pod.hostNetwork || old.hostNetwork || old.node !== pod.node) continue;
    const ranges = [before, after].map((world) =>
      node(world, pod.node)?.podRanges.map(formatCidr).join(' '),
    );
    if (ranges[0] === ranges[1]) {
      expect(pod.addresses.map(formatAddress)).toEqual(
        expect.arrayContaining(old.addresses.map(formatAddress)),
      );
    }
  }
}

/** What a Service was given stays as long as nobody says anything else of it. */
function checkServicesKept(before: Before, after: World): void {
  for (const service of servicesOf(after.seen)) {
    const old = before.seen.get(refKey(refOf(service)));
    if (old?.kind !== 'Service') continue;
    const [was, is] = [before, after].map(({ stated }) => stated.get(refKey(refOf(service))));
    const isSettled = !before.troubled.has(refKey(refOf(service)));
    if (isSettled && was === is) expect(service).toEqual(old);
  }
}

/** All that does not depend on who came first. */
function shapeOf(seen: Objects): unknown {
  return [...seen.values()]
    .filter(({ kind }) => kind !== 'Service')
    .map((object) => {
      if (object.kind === 'Node') return { ...object, addresses: [], podRanges: [] };
      return object.kind === 'Pod' ? { ...object, addresses: [], node: '' } : object;
    })
    .sort((left, right) => (refKey(refOf(left)) < refKey(refOf(right)) ? -1 : 1));
}

function run(world: World, changes: readonly Change[]): void {
  follow(world.stated, changes);
  follow(world.seen, world.assigner.apply(changes));
}

function newWorld(nodes?: number): World {
  return { stated: new Map(), seen: new Map(), assigner: createAssigner({ nodes }) };
}

const upsert = (object: KubernetesObject): Change => ({ kind: 'upsert', object });

describe('after any history', () => {
  const arbNodes = fc.constantFrom(undefined, 0, 1, 3);

  test('what is given is in its range, nobody else has it, and it is kept', () => {
    const property = fc.property(arbHistory, arbNodes, (history, nodes) => {
      const world = newWorld(nodes);
      const cluster = createCluster();
      for (const changes of history) {
        const before = {
          stated: new Map(world.stated),
          seen: new Map(world.seen),
          troubled: troubled(world),
        };
        follow(world.stated, changes);
        const told = world.assigner.apply(changes);
        for (const change of told) cluster.apply(change);
        follow(world.seen, told);
        checkUnique(world);
        checkPods(world);
        checkServices(world);
        checkPodsKept(before, world);
        checkServicesKept(before, world);
        expect(nodesOf(world.seen).length).toBeGreaterThanOrEqual(nodes ?? 1);
        expect([...cluster.pods()].filter(({ standIn }) => !standIn).length).toBe(
          podsOf(world.seen).length,
        );
      }
    });
    fc.assert(property, RUNS);
  });

  test('what there is depends on the manifests alone', () => {
    const property = fc.property(arbHistory, arbNodes, (history, nodes) => {
      const world = newWorld(nodes);
      for (const changes of history) run(world, changes);
      const fresh = newWorld(nodes);
      run(fresh, [...world.stated.values()].map(upsert));
      expect(shapeOf(world.seen)).toEqual(shapeOf(fresh.seen));
    });
    fc.assert(property, RUNS);
  });

  test('nothing is told twice', () => {
    const property = fc.property(arbHistory, (history) => {
      const world = newWorld();
      for (const changes of history) run(world, changes);
      expect(world.assigner.apply([...world.stated.values()].map(upsert))).toEqual([]);
    });
    fc.assert(property, RUNS);
  });

  test('with everything deleted, everything can be given again', () => {
    const ranges = {
      nodes: [cidr('192.168.0.0/29')],
      pods: [cidr('10.244.0.0/21')],
      services: [cidr('10.96.0.0/29')],
    };
    const six = [1, 2, 3, 4, 5, 6];
    const crowd = [
      nodeNamed('full', { podRanges: [cidr('10.9.0.0/29')] }),
      ...six.slice(1).map((number) => nodeNamed(`n-${number}`)),
      ...six.map((number) => podNamed(`crowd-${number}`, { node: 'full' })),
      ...six.map((number) => serviceNamed(`s-${number}`)),
    ];
    const property = fc.property(arbHistory, (history) => {
      const options = { ranges, clusterDns: false, nodes: 0 };
      const world: World = { ...newWorld(), assigner: createAssigner(options) };
      for (const changes of history) run(world, changes);
      run(
        world,
        [...world.stated.values()].map((object) => ({ kind: 'delete', ref: refOf(object) })),
      );
      expect([...world.seen]).toEqual([]);
      expect(world.assigner.problems()).toEqual([]);
      run(world, crowd.map(upsert));
      // Each of these ranges has room for five.
      expect(nodesOf(world.seen).filter(({ addresses }) => addresses.length > 0).length).toBe(5);
      expect(podsOf(world.seen).filter(({ addresses }) => addresses.length > 0).length).toBe(5);
      expect(servicesOf(world.seen).filter(({ clusterIPs }) => clusterIPs.length > 0).length).toBe(
        5,
      );
    });
    fc.assert(property, RUNS);
  });
});

test('one batch gives the same in whatever order its objects are', () => {
  const arbBatch = fc.uniqueArray(arbObject, {
    maxLength: 12,
    selector: (object) => refKey(refOf(object)),
  });
  const property = fc.property(
    arbHistory,
    arbBatch.chain((batch) =>
      fc.tuple(fc.constant(batch), fc.shuffledSubarray(batch, { minLength: batch.length })),
    ),
    (history, [left, right]) => {
      const told = [left, right].map((batch) => {
        const { assigner } = newWorld();
        for (const changes of history) assigner.apply(changes);
        return [assigner.apply(batch.map(upsert)), assigner.problems()];
      });
      expect(told[0]).toEqual(told[1]);
    },
  );
  fc.assert(property, RUNS);
});
