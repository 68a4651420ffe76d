import {
  type Change,
  cidrHas,
  type Cluster,
  type ClusterDelta,
  clusterOf,
  type Connection,
  createCluster,
  deletionOf,
  type Endpoint,
  evaluate,
  FAMILIES,
  type Family,
  type Finding,
  findingAt,
  type FunctionDelta,
  functionDeltas,
  type IpAddress,
  type KubernetesObject,
  type PodClass,
  refKey,
} from '@ringfence/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeCase } from './describe-case.ts';
import { arbNoise, identityOf, type Noise } from './objects.arbitrary.ts';
import { someOf, TRAFFIC } from './traffic.ts';

const RUNS = { numRuns: 2_000 };

const arbHistory = fc.array(arbNoise, { minLength: 1, maxLength: 24 });

describe('apply', () => {
  test('tells exactly which pods, addresses and classes are others now', () => {
    fc.assert(
      fc.property(arbHistory, (history) => {
        const cluster = createCluster();
        const state = new Map<string, KubernetesObject>();
        let before = placesIn(cluster);
        for (const noise of history) {
          const delta = cluster.apply(changeFor(cluster, noise, state));
          const after = placesIn(cluster);
          const told = () => describeCase([...state.values()], noise);
          expect(replayed(before, delta), told()).toEqual(after);
          expect(
            delta.pods.every(({ before: was, after: is }) => !samePlace(was, is)),
            told(),
          ).toBe(true);
          expectClasses(before, after, delta, told);
          // What a policy does not tell apart, it does not move either.
          if (!isAboutPods(noise) && partition(before) === partition(after)) {
            expect([delta.pods, delta.appeared, delta.vanished], told()).toEqual([[], [], []]);
          }
          before = after;
        }
        const rebuilt = clusterOf(state.values());
        for (const policy of cluster.tombstones()) rebuilt.apply({ kind: 'entomb', policy });
        expect(partition(before)).toBe(partition(placesIn(rebuilt)));
      }),
      RUNS,
    );
  });

  test('tells exactly which port functions are others now', () => {
    fc.assert(
      fc.property(arbHistory, (history) => {
        const cluster = createCluster();
        const state = new Map<string, KubernetesObject>();
        const sample = someOf(TRAFFIC, history.length, 7);
        const ids = new Map<PodClass, number>();
        let before = functionsIn(cluster, sample, ids);
        for (const noise of history) {
          const delta = cluster.apply(changeFor(cluster, noise, state));
          const after = functionsIn(cluster, sample, ids);
          const deltas = [...functionDeltas(cluster, delta)];
          for (const [key, is] of after) {
            const was = before.get(key);
            if (was === undefined) continue;
            const found = deltas.filter((each) => isAbout(each, is, ids));
            const told = () => `${key} ${describeCase([...state.values()], noise)}`;
            expect(found.length, told()).toBeLessThanOrEqual(1);
            const [reported] = found;
            if (reported === undefined) {
              expect(is.findings, told()).toEqual(was.findings);
              continue;
            }
            expect(reported.before).not.toBe(reported.after);
            expect(findingsOf(reported.before, sample), told()).toEqual(was.findings);
            expect(findingsOf(reported.after, sample), told()).toEqual(is.findings);
          }
          before = after;
        }
      }),
      RUNS,
    );
  });
});

/** The change that something is for a cluster; keeps account of what is there. */
function changeFor(cluster: Cluster, noise: Noise, state: Map<string, KubernetesObject>): Change {
  if (noise.kind === 'upsert') {
    state.set(identityOf(noise.object), noise.object);
    return noise;
  }
  state.delete(refKey(noise.ref));
  return deletionOf(cluster, noise.ref);
}

function isAboutPods(noise: Noise): boolean {
  const kind = noise.kind === 'upsert' ? noise.object.kind : noise.ref.kind;
  return !/Policy$|undecodable/.test(kind);
}

interface Place {
  readonly class: PodClass;
  readonly addresses: readonly IpAddress[];
}

/** By pod under policy, where it is. */
type Places = ReadonlyMap<string, Place>;

function placesIn(cluster: Cluster): Places {
  const places = new Map<string, Place>();
  for (const pod of cluster.pods()) {
    if (!pod.underPolicy) continue;
    places.set(nameOf(pod.object), { class: pod.class, addresses: pod.addresses });
  }
  return places;
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

function samePlace(left: Place | undefined, right: Place | undefined): boolean {
  return (
    left?.class === right?.class && textOf(left?.addresses ?? []) === textOf(right?.addresses ?? [])
  );
}

function textOf(addresses: readonly IpAddress[]): string {
  return addresses.map(({ value }) => String(value)).join();
}

/** What somebody knows who knew what was, and was told the delta. */
function replayed(before: Places, delta: ClusterDelta): Places {
  const places = new Map(before);
  for (const { pod, before: was, after } of delta.pods) {
    const name = nameOf(pod.object);
    expect(samePlace(places.get(name), was)).toBe(true);
    if (after === undefined) places.delete(name);
    else places.set(name, after);
  }
  return places;
}

/** Which pods no policy tells apart. */
function partition(places: Places): string {
  const groups = new Map<PodClass, string[]>();
  for (const [name, { class: of }] of places) groups.set(of, [...(groups.get(of) ?? []), name]);
  return [...groups.values()]
    .map((names) => names.sort().join())
    .sort()
    .join(' | ');
}

function expectClasses(
  before: Places,
  after: Places,
  { appeared, vanished }: ClusterDelta,
  told: () => string,
): void {
  const [were, are] = [before, after].map(
    (places) => new Set([...places.values()].map((place) => place.class)),
  );
  const others = (of: PodClass, here: Places, there: Places): ReadonlySet<PodClass> =>
    new Set(
      [...here].flatMap(([name, place]) => {
        const other = there.get(name)?.class;
        return place.class !== of || other === undefined ? [] : [other];
      }),
    );
  const came = [...(are ?? [])].filter((of) => were?.has(of) !== true);
  const went = [...(were ?? [])].filter((of) => are?.has(of) !== true);
  expect(new Set(appeared.map((each) => each.class)), told()).toEqual(new Set(came));
  expect(new Set(vanished.map((each) => each.class)), told()).toEqual(new Set(went));
  for (const each of appeared) {
    expect(new Set(each.others), told()).toEqual(others(each.class, after, before));
  }
  for (const each of vanished) {
    expect(new Set(each.others), told()).toEqual(others(each.class, before, after));
  }
}

/** What one class says in one direction of a peer, as `evaluate` has it. */
interface Said {
  readonly subject: PodClass;
  readonly direction: 'egress' | 'ingress';
  readonly peer: PodClass | IpAddress;
  readonly family: Family;
  readonly findings: readonly Finding[];
}

type Traffic = (typeof TRAFFIC)[number];

/** Everything that classes say of each other and of some addresses outside. */
function functionsIn(
  cluster: Cluster,
  sample: readonly Traffic[],
  ids: Map<PodClass, number>,
): ReadonlyMap<string, Said> {
  const all = new Map<string, Said>();
  const say = (said: Omit<Said, 'findings'>, ends: Pick<Connection, 'from' | 'to'>): void => {
    const { subject, direction, peer, family } = said;
    const whom = 'value' in peer ? String(peer.value) : numberOf(peer, ids);
    const findings = sample.map(
      (traffic) => evaluate(cluster, { ...ends, ...traffic, family, viaService: false })[direction],
    );
    all.set([numberOf(subject, ids), direction, whom, family].join(), { ...said, findings });
  };
  for (const family of FAMILIES) {
    for (const subject of cluster.classes()) {
      const [one] = podsOf(subject, family);
      if (one === undefined) continue;
      for (const peer of cluster.classes()) {
        const [first, second] = podsOf(peer, family);
        const other = peer === subject && !subject.standIn ? second : first;
        if (other === undefined) continue;
        say({ subject, direction: 'egress', peer, family }, { from: one, to: other });
        say({ subject, direction: 'ingress', peer, family }, { from: other, to: one });
      }
      for (const peer of OUTSIDE) {
        if (peer.family !== family || isTaken(cluster, peer)) continue;
        const other: Endpoint = { kind: 'address', address: peer };
        say({ subject, direction: 'egress', peer, family }, { from: one, to: other });
        say({ subject, direction: 'ingress', peer, family }, { from: other, to: one });
      }
    }
  }
  return all;
}

/** In the small world of the objects, where the edges of blocks are. */
const OUTSIDE: readonly IpAddress[] = [
  ...[2, 6, 9].map((last): IpAddress => ({ family: 'IPv4', value: 0x0a00_0000 + last })),
  { family: 'IPv6', value: (0x2001_0db8n << 96n) + 3n },
  { family: 'IPv6', value: 1n },
];

function isTaken(cluster: Cluster, address: IpAddress): boolean {
  return cluster.podAt(address) !== undefined || cluster.nodeNamesAt(address).length > 0;
}

function podsOf({ pods, standIn }: PodClass, family: Family): readonly Endpoint[] {
  return [...pods]
    .filter((pod) => standIn || pod[family] !== undefined)
    .map(({ object }) => ({ kind: 'pod', namespace: object.namespace, name: object.name }));
}

function numberOf(of: PodClass, ids: Map<PodClass, number>): number {
  const id = ids.get(of) ?? ids.size;
  ids.set(of, id);
  return id;
}

function isAbout(
  { subject, direction, peer, family }: FunctionDelta,
  said: Said,
  ids: Map<PodClass, number>,
): boolean {
  if (subject !== said.subject || direction !== said.direction || family !== said.family) {
    return false;
  }
  const whom = said.peer;
  if (peer.kind === 'outside')
    return 'value' in whom && peer.cidrs.some((cidr) => cidrHas(cidr, whom));
  return !('value' in whom) && numberOf(peer.class, ids) === numberOf(whom, ids);
}

function findingsOf(said: FunctionDelta['before'], sample: readonly Traffic[]): readonly Finding[] {
  return sample.map(({ protocol, port }) => findingAt(said, protocol, port));
}
