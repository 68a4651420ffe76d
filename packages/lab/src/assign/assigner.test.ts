import {
  type Change,
  formatAddress,
  formatCidr,
  type KubernetesObject,
  type NetworkPolicy,
  type Pod,
  refKey,
  refOf,
  type Service,
} from '@ringfence/core';
import { beforeEach, describe, expect, test } from 'vitest';
import { address, podNamed as runningPod, serviceNamed } from '../testing.ts';
import { type AssignerOptions, createAssigner } from './assigner.ts';
import { DEFAULT_RANGES } from './ranges.ts';
import { cidr, nodeNamed, workloadOf } from './testing.ts';

/** A pod that nobody has put on a node. */
const podNamed = (name: string, rest: Partial<Pod> = {}): Pod =>
  runningPod(name, { node: '', uid: '', ...rest });

let seen: Map<string, KubernetesObject>;
let assigner: ReturnType<typeof createAssigner>;

function start(options: AssignerOptions = { clusterDns: false }): void {
  seen = new Map();
  assigner = createAssigner(options);
}

/** Applies changes; gives what they come to, in short. */
function apply(...changes: readonly Change[]): readonly string[] {
  return assigner.apply(changes).map((change) => {
    if (change.kind === 'entomb') return `entomb ${change.policy.name}`;
    if (change.kind === 'upsert') {
      seen.set(refKey(refOf(change.object)), change.object);
      return `+ ${refKey(refOf(change.object))}`;
    }
    seen.delete(refKey(change.ref));
    return `- ${refKey(change.ref)}`;
  });
}

const upsert = (...objects: readonly KubernetesObject[]): readonly string[] =>
  apply(...objects.map((object) => ({ kind: 'upsert', object }) as const));
const remove = (...objects: readonly KubernetesObject[]): readonly string[] =>
  apply(...objects.map((object) => ({ kind: 'delete', ref: refOf(object) }) as const));

const pods = (): readonly Pod[] =>
  [...seen.values()].flatMap((object) => (object.kind === 'Pod' ? [object] : []));
const pod = (name: string): Pod | undefined => pods().find((each) => each.name === name);
const podNames = (): readonly string[] =>
  pods()
    .map(({ name }) => name)
    .sort();
const addressesOf = (name: string): readonly string[] | undefined =>
  pod(name)?.addresses.map(formatAddress);
const placesOf = (): Readonly<Record<string, string>> =>
  Object.fromEntries(pods().map(({ name, node }) => [name, node]));
const service = (name: string): Service | undefined =>
  [...seen.values()].find((object) => object.kind === 'Service' && object.name === name) as
    | Service
    | undefined;
const clusterIPs = (name: string): readonly string[] | undefined =>
  service(name)?.clusterIPs.map(formatAddress);
const nodes = (): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    [...seen.values()].flatMap((object) =>
      object.kind === 'Node'
        ? [
            [
              object.name,
              [...object.addresses.map(formatAddress), ...object.podRanges.map(formatCidr)],
            ],
          ]
        : [],
    ),
  );
const problems = (): readonly string[] => assigner.problems().map(({ message }) => message);

beforeEach(() => start());

describe('nodes', () => {
  test('without any, two are made, also by an empty batch', () => {
    apply();
    expect(nodes()).toEqual({
      'node-1': ['192.168.0.2', 'fd00:192:168::2', '10.244.0.0/24', 'fd00:10:244::/64'],
      'node-2': ['192.168.0.3', 'fd00:192:168::3', '10.244.1.0/24', 'fd00:10:244:1::/64'],
    });
  });

  test('those of manifests are enough, unless more are asked for', () => {
    upsert(nodeNamed('worker'));
    expect(Object.keys(nodes())).toEqual(['worker']);
    start({ nodes: 3 });
    upsert(nodeNamed('node-2'), nodeNamed('worker'));
    expect(Object.keys(nodes())).toEqual(['node-1', 'node-2', 'worker']);
    remove(nodeNamed('worker'));
    expect(Object.keys(nodes())).toEqual(['node-1', 'node-2', 'node-3']);
  });

  test('where manifests bring none, those are there that pods name, and two at least', () => {
    upsert(podNamed('a', { node: 'east' }), podNamed('b', { node: '' }));
    expect(Object.keys(nodes())).toEqual(['east', 'node-1']);
    upsert(podNamed('c', { node: 'west' }), podNamed('done', { node: 'old', finished: true }));
    expect(Object.keys(nodes())).toEqual(['east', 'west']);
    expect(problems()).toEqual([]);
    remove(podNamed('a'));
    expect(Object.keys(nodes())).toEqual(['west', 'node-1']);
    remove(podNamed('c'));
    expect(Object.keys(nodes())).toEqual(['node-1', 'node-2']);
  });

  test('one that a manifest names later keeps what the made one of that name had', () => {
    start({ nodes: 2 });
    apply();
    const before = nodes();
    upsert(nodeNamed('node-2', { labels: new Map([['zone', 'x']]) }));
    expect(nodes()).toEqual(before);
    upsert(nodeNamed('node-2', { podRanges: [cidr('10.9.0.0/24')] }));
    expect(nodes()['node-2']).toEqual(['192.168.0.3', 'fd00:192:168::3', '10.9.0.0/24']);
  });

  test('what is given stays clear of what any manifest of the batch states', () => {
    upsert(
      nodeNamed('a'),
      nodeNamed('b', { addresses: [address('192.168.0.2')], podRanges: [cidr('10.244.0.0/24')] }),
      podNamed('far', { addresses: [address('10.244.1.77'), address('fd00:10:244::77')] }),
      serviceNamed('in', { clusterIPs: [address('10.244.2.1')] }),
    );
    expect(nodes()['a']).toEqual([
      '192.168.0.3',
      'fd00:192:168::2',
      '10.244.3.0/24',
      'fd00:10:244:1::/64',
    ]);
  });

  test('pods have no addresses in a family in which their node has none', () => {
    upsert(nodeNamed('old', { addresses: [address('192.0.2.1')] }), podNamed('web'));
    expect(nodes()).toEqual({ old: ['192.0.2.1', '10.244.0.0/24'] });
    expect(addressesOf('web')).toEqual(['10.244.0.2']);
  });

  test('ranges that manifests let overlap are a problem of both nodes', () => {
    upsert(
      nodeNamed('a', { podRanges: [cidr('10.0.0.0/16')] }),
      nodeNamed('b', { podRanges: [cidr('10.0.7.0/24')] }),
      nodeNamed('c', { podRanges: [cidr('10.1.0.0/24')] }),
    );
    expect(problems()).toEqual([
      "Node `a`: its pods' range 10.0.0.0/16 overlaps 10.0.7.0/24, that of Node `b`",
      "Node `b`: its pods' range 10.0.7.0/24 overlaps 10.0.0.0/16, that of Node `a`",
    ]);
  });

  test('who comes when all ranges are taken goes without, until one is free', () => {
    const ranges = {
      nodes: [cidr('192.168.0.0/16')],
      pods: [cidr('10.244.0.0/23')],
      services: [cidr('10.96.0.0/16')],
    };
    start({ nodes: 0, ranges, clusterDns: false });
    upsert(nodeNamed('a'), nodeNamed('b'), nodeNamed('c'), podNamed('web', { node: 'c' }));
    expect(problems()).toEqual([
      'Node `c`: no IPv4 range is left for its pods in 10.244.0.0/23',
      'Pod `shop/web`: node `c` has no range of addresses for pods',
    ]);
    remove(nodeNamed('a'));
    expect(problems()).toEqual([]);
    expect(addressesOf('web')).toEqual(['10.244.0.2']);
  });

  test('a range is free when the pod is gone that stated an address in it', () => {
    const far = podNamed('far', { addresses: [address('10.244.0.9')] });
    const ranges = { nodes: [cidr('192.168.0.0/16')], pods: [cidr('10.244.0.0/24')], services: [] };
    start({ nodes: 1, ranges, clusterDns: false });
    upsert(far);
    expect(nodes()).toEqual({ 'node-1': ['192.168.0.2'] });
    remove(far);
    expect(nodes()).toEqual({ 'node-1': ['192.168.0.2', '10.244.0.0/24'] });
  });
});

describe('places of pods', () => {
  test('pods are spread: to the node with the fewest, then by name', () => {
    upsert(podNamed('here', { node: 'node-1' }), ...['a', 'b', 'c'].map((name) => podNamed(name)));
    expect(placesOf()).toEqual({ here: 'node-1', a: 'node-2', b: 'node-1', c: 'node-2' });
  });

  test('only the pods of a node that went are bound anew', () => {
    upsert(nodeNamed('x'), nodeNamed('y'), ...['a', 'b', 'c', 'd'].map((name) => podNamed(name)));
    expect(placesOf()).toEqual({ a: 'x', b: 'y', c: 'x', d: 'y' });
    upsert(nodeNamed('z'));
    expect(placesOf()).toEqual({ a: 'x', b: 'y', c: 'x', d: 'y' });
    expect(remove(nodeNamed('y'))).toEqual(['- Node//y', '+ Pod/shop/b', '+ Pod/shop/d']);
    expect(placesOf()).toEqual({ a: 'x', b: 'z', c: 'x', d: 'z' });
  });

  test('a pod of the same name with another uid is another one', () => {
    upsert(podNamed('a'), podNamed('b'), podNamed('c'));
    remove(podNamed('b'));
    upsert(podNamed('d'), podNamed('e'));
    remove(podNamed('a'), podNamed('c'));
    upsert(podNamed('e', { labels: new Map() }));
    expect(placesOf()).toEqual({ d: 'node-2', e: 'node-2' });
    upsert(podNamed('e', { uid: 'other' }));
    expect(placesOf()).toEqual({ d: 'node-2', e: 'node-1' });
  });

  test('a pod waits for the node that it names, where the manifests bring others', () => {
    upsert(nodeNamed('other'), podNamed('web', { node: 'later' }));
    expect([pod('web')?.node, addressesOf('web')]).toEqual(['later', []]);
    expect(problems()).toEqual(['Pod `shop/web`: is to run on node `later`, which does not exist']);
    upsert(nodeNamed('later'));
    expect(addressesOf('web')).toHaveLength(2);
    expect(problems()).toEqual([]);
  });

  test('without nodes a pod has no place, until there is one', () => {
    start({ nodes: 0, clusterDns: false });
    upsert(podNamed('web'));
    expect(problems()).toEqual(['Pod `shop/web`: there is no node that it could run on']);
    upsert(nodeNamed('x'));
    expect(placesOf()).toEqual({ web: 'x' });
  });
});

describe('addresses of pods', () => {
  test('each has its own or one of each of its node’s families, and keeps it', () => {
    upsert(
      podNamed('a', { node: 'node-1' }),
      podNamed('b', { node: 'node-2' }),
      podNamed('own', { node: 'node-1', addresses: [address('10.7.7.7')] }),
    );
    upsert(podNamed('a', { node: 'node-1', labels: new Map([['app', 'web']]) }));
    expect(['a', 'b', 'own'].map(addressesOf)).toEqual([
      ['10.244.0.2', 'fd00:10:244::2'],
      ['10.244.1.2', 'fd00:10:244:1::2'],
      ['10.7.7.7'],
    ]);
  });

  test.each([
    ['another uid', { uid: 'other' }, ['10.244.0.3', 'fd00:10:244::3']],
    ['another node', { node: 'node-2' }, ['10.244.1.2', 'fd00:10:244:1::2']],
    ['an address of its own', { addresses: [address('10.7.7.7')] }, ['10.7.7.7']],
    ['none, because it has finished', { finished: true }, []],
    [
      'its node’s, because it is on its network',
      { hostNetwork: true },
      ['192.168.0.2', 'fd00:192:168::2'],
    ],
  ])('a pod that changes has %s', (_, rest, expected) => {
    upsert(podNamed('web', { node: 'node-1' }));
    upsert(podNamed('web', { node: 'node-1', ...rest }));
    expect(addressesOf('web')).toEqual(expected);
  });

  test('an address that is free again is not given again at once', () => {
    upsert(podNamed('a', { node: 'node-1' }));
    remove(podNamed('a'));
    upsert(podNamed('a', { node: 'node-1' }));
    expect(addressesOf('a')).toEqual(['10.244.0.3', 'fd00:10:244::3']);
  });

  test('an address that was given stays, and who states it later is told', () => {
    upsert(podNamed('a', { node: 'node-1' }));
    upsert(podNamed('b', { addresses: [address('10.244.0.2')] }));
    expect(addressesOf('a')).toEqual(['10.244.0.2', 'fd00:10:244::2']);
    expect(problems()).toEqual([
      'Pod `shop/a`: has the address `10.244.0.2`, which Pod `shop/b` has too',
      'Pod `shop/b`: has the address `10.244.0.2`, which Pod `shop/a` has too',
    ]);
    remove(podNamed('a'));
    expect(problems()).toEqual([]);
  });

  test('who comes when a range is empty has what another gives back', () => {
    const small = nodeNamed('small', { podRanges: [cidr('10.9.0.0/29'), cidr('fd00:9::/64')] });
    const crowd = [1, 2, 3, 4, 5, 6, 7].map((number) => podNamed(`p-${number}`));
    upsert(small, ...crowd);
    expect(problems()).toEqual([
      'Pod `shop/p-6`: no IPv4 address is left for it on node `small`',
      'Pod `shop/p-7`: no IPv4 address is left for it on node `small`',
    ]);
    expect(addressesOf('p-7')).toEqual(['fd00:9::8']);
    expect(remove(podNamed('p-2'))).toEqual(['- Pod/shop/p-2', '+ Pod/shop/p-6']);
    expect(addressesOf('p-6')).toEqual(['10.9.0.3', 'fd00:9::7']);
    expect(problems()).toEqual(['Pod `shop/p-7`: no IPv4 address is left for it on node `small`']);
  });
});

describe('pods of workloads', () => {
  test.each([
    ['Deployment', ['web-1', 'web-2']],
    ['ReplicaSet', ['web-1', 'web-2']],
    ['ReplicationController', ['web-1', 'web-2']],
    ['StatefulSet', ['web-0', 'web-1']],
    ['DaemonSet', ['web-node-1', 'web-node-2']],
    ['Job', ['web-1']],
    ['CronJob', ['web-1']],
  ] as const)('a %s makes what it would', (kind, names) => {
    upsert(workloadOf(kind, { replicas: 2 }));
    expect(podNames()).toEqual(names);
    for (const { owner, namespace, labels } of pods()) {
      expect([owner, namespace, labels.get('app')]).toEqual([{ kind, name: 'web' }, 'shop', 'web']);
    }
    expect(problems()).toEqual([]);
    remove(workloadOf(kind));
    expect(podNames()).toEqual([]);
  });

  test('a pod of a StatefulSet has its name in DNS and in its labels', () => {
    const { template } = workloadOf('StatefulSet');
    upsert(workloadOf('StatefulSet', { template: { ...template, subdomain: 'peers' } }));
    expect(pod('web-0')).toMatchObject({ hostname: 'web-0', subdomain: 'peers' });
    expect(pod('web-0')?.labels.get('statefulset.kubernetes.io/pod-name')).toBe('web-0');
    expect(pod('web-0')?.labels.get('apps.kubernetes.io/pod-index')).toBe('0');
  });

  test('a DaemonSet has a pod wherever there is a node', () => {
    upsert(nodeNamed('x'), workloadOf('DaemonSet'));
    upsert(nodeNamed('y'));
    expect(placesOf()).toEqual({ 'web-x': 'x', 'web-y': 'y' });
    expect(remove(nodeNamed('x'))).toEqual(['- Pod/shop/web-x', '- Node//x']);
  });

  test('scaling changes only the pods that come or go', () => {
    upsert(workloadOf('Deployment', { replicas: 2 }));
    const more = upsert(workloadOf('Deployment', { replicas: 3 }));
    expect(more).toEqual(['+ Deployment/shop/web', '+ Pod/shop/web-3']);
    const fewer = upsert(workloadOf('Deployment', { replicas: 1 }));
    expect(fewer).toEqual(['- Pod/shop/web-2', '- Pod/shop/web-3', '+ Deployment/shop/web']);
  });

  test('another template makes other pods of the same names, the same in every run', () => {
    const { template } = workloadOf('Deployment');
    const changed = workloadOf('Deployment', { template: { ...template, labels: new Map() } });
    const uids = [workloadOf('Deployment'), changed, workloadOf('Deployment')].map((workload) => {
      upsert(workload);
      return pod('web-1')?.uid;
    });
    expect(uids[1]).not.toBe(uids[0]);
    expect(uids[2]).toBe(uids[0]);
    expect(addressesOf('web-1')).toEqual(['10.244.0.4', 'fd00:10:244::4']);
  });

  const owned = workloadOf('ReplicaSet', {
    name: 'web-77',
    replicas: 2,
    owner: { kind: 'Deployment', name: 'web' },
  });
  const rest: Partial<Pod> = { owner: { kind: 'ReplicaSet', name: 'web-77' } };
  const hashed = { ...rest, labels: new Map([['pod-template-hash', '77']]) };

  test.each<readonly [string, readonly KubernetesObject[], readonly string[]]>([
    ['its ReplicaSet makes them', [owned], ['web-77-1', 'web-77-2']],
    ['its ReplicaSet is an old one', [{ ...owned, replicas: 0, idle: true }], ['web-1']],
    ['manifests bring pods of its ReplicaSet', [owned, podNamed('p', rest)], ['p']],
    ['manifests bring pods that tell it by their label', [podNamed('p', hashed)], ['p']],
    [
      'all pods of manifests have finished',
      [podNamed('p', { ...hashed, finished: true })],
      ['p', 'web-1'],
    ],
    ['manifests bring a pod of somebody else', [podNamed('p', rest)], ['p', 'web-1']],
  ])('a Deployment and its pods: %s', (_, objects, names) => {
    upsert(workloadOf('Deployment'), ...objects);
    expect(podNames()).toEqual(names);
    remove(...objects);
    expect(podNames()).toEqual(['web-1']);
  });

  test('a pod that comes later, through a ReplicaSet, is as good', () => {
    upsert(workloadOf('Deployment'), { ...owned, replicas: 0, idle: true });
    expect(upsert(podNamed('p', rest))).toEqual(['- Pod/shop/web-1', '+ Pod/shop/p']);
    expect(remove(podNamed('p', rest))).toEqual(['- Pod/shop/p', '+ Pod/shop/web-1']);
  });

  test('a Job whose pod has finished makes no other', () => {
    const owner = { kind: 'Job', name: 'web' };
    upsert(workloadOf('Job'), podNamed('p', { owner, finished: true }));
    expect(podNames()).toEqual(['p']);
  });

  test('of those who want one name, all have one', () => {
    upsert(workloadOf('Job'), workloadOf('Deployment'), workloadOf('StatefulSet', { replicas: 2 }));
    expect(podNames()).toEqual(['web-0', 'web-1', 'web-1-deployment', 'web-1-job']);
    expect(pod('web-1')?.owner?.kind).toBe('StatefulSet');
    upsert(podNamed('web-1'), podNamed('web-1-job'));
    expect(podNames()).toEqual([
      'web-0',
      'web-1',
      'web-1-deployment',
      'web-1-job',
      'web-1-statefulset',
    ]);
    expect(pod('web-1')?.owner).toBe(undefined);
    expect(problems()).toEqual([
      'Job `shop/web`: has no pod `web-1`: other pods have that name and `web-1-job`',
    ]);
    remove(podNamed('web-1'), podNamed('web-1-job'), workloadOf('StatefulSet'));
    expect(podNames()).toEqual(['web-1', 'web-1-job']);
    expect(pod('web-1')?.owner?.kind).toBe('Deployment');
  });

  test('there is a limit, and it is told', () => {
    upsert(workloadOf('Deployment', { replicas: 2 ** 31 }));
    expect(pods()).toHaveLength(1_000);
    expect(problems()[0]).toBe(
      'Deployment `shop/web`: has 1000 of its 2147483648 pods: a workload has no more here',
    );
  });
});

describe('Services', () => {
  test.each<readonly [string, Partial<Service>, readonly string[]]>([
    ['that says nothing', {}, ['10.96.1.1']],
    ['that states one', { clusterIPs: [address('10.96.5.5')] }, ['10.96.5.5']],
    ['that asks for IPv6', { families: ['IPv6'] }, ['fd00:10:96::101']],
    ['of both families', { dualStack: true }, ['10.96.1.1', 'fd00:10:96::101']],
    [
      'of both, IPv6 first',
      { dualStack: true, families: ['IPv6'] },
      ['fd00:10:96::101', '10.96.1.1'],
    ],
    [
      'of both that states one',
      { dualStack: true, clusterIPs: [address('fd00::5')] },
      ['fd00::5', '10.96.1.1'],
    ],
    ['without address', { headless: true }, []],
    ['that is a name of something else', { type: 'ExternalName', externalName: 'x.example' }, []],
  ])('a Service %s', (_, rest, expected) => {
    upsert(serviceNamed('web', rest));
    expect(clusterIPs('web')).toEqual(expected);
    expect(problems()).toEqual([]);
  });

  test('an address that was given stays; the Service that states it later stays as it was', () => {
    upsert(serviceNamed('first'));
    expect(upsert(serviceNamed('second', { clusterIPs: [address('10.96.1.1')] }))).toEqual([]);
    expect(problems()).toEqual([
      'Service `shop/second`: cannot have address `10.96.1.1`: Service `shop/first` has it',
    ]);
    upsert(serviceNamed('second'));
    expect(upsert(serviceNamed('second', { clusterIPs: [address('10.96.1.1')] }))).toEqual([]);
    expect(clusterIPs('second')).toEqual(['10.96.1.2']);
    remove(serviceNamed('first'));
    expect([clusterIPs('second'), problems()]).toEqual([['10.96.1.1'], []]);
  });

  const ports = (...stated: readonly number[]): Pick<Service, 'type' | 'ports'> => ({
    type: 'NodePort',
    ports: stated.map((nodePort, index) => ({
      name: `p${index}`,
      protocol: 'TCP',
      port: 80 + index,
      targetPort: 80,
      nodePort,
    })),
  });
  const nodePorts = (name: string): readonly number[] | undefined =>
    service(name)?.ports.map(({ nodePort }) => nodePort);

  test('node ports are given, and kept while the Service and its port live', () => {
    upsert(
      serviceNamed('a', ports(0, 30_086, 0)),
      serviceNamed('b', { ...ports(0), type: 'LoadBalancer' }),
    );
    expect([nodePorts('a'), nodePorts('b')]).toEqual([[30_087, 30_086, 30_088], [30_089]]);
    upsert(serviceNamed('a', ports(0, 30_088)));
    expect(nodePorts('a')).toEqual([30_087, 30_088]);
    upsert(serviceNamed('b'));
    expect([nodePorts('b'), clusterIPs('b')]).toEqual([[0], ['10.96.1.2']]);
  });

  test('a node port is one Service’s for all protocols', () => {
    upsert(serviceNamed('a', ports(30_080)), serviceNamed('b', ports(30_080)));
    expect(service('b')).toBe(undefined);
    expect(problems()).toEqual([
      'Service `shop/b`: cannot have node port 30080: Service `shop/a` has it',
    ]);
  });

  test('a family without range is a problem of those who ask for it', () => {
    const ranges = { nodes: [], pods: [], services: [cidr('10.96.0.0/16')] };
    start({ ranges, clusterDns: false });
    upsert(serviceNamed('a', { families: ['IPv6'] }), serviceNamed('b', { dualStack: true }));
    expect([clusterIPs('a'), clusterIPs('b')]).toEqual([[], ['10.96.1.1']]);
    expect(problems()).toEqual([
      'Service `shop/a`: asks for an IPv6 address, and Services have none here',
    ]);
  });
});

describe('cluster DNS', () => {
  beforeEach(() => start({}));

  const dns = (): readonly string[] =>
    [...seen.keys()].filter((key) => /dns|kube-system/.test(key));
  const labels = new Map([['k8s-app', 'kube-dns']]);

  test('is there where manifests bring none', () => {
    apply();
    expect(dns()).toEqual([
      'Namespace//kube-system',
      'Service/kube-system/kube-dns',
      'Pod/kube-system/coredns-1',
    ]);
    expect(clusterIPs('kube-dns')).toEqual(['10.96.0.10', 'fd00:10:96::a']);
    expect(pod('coredns-1')).toMatchObject({
      labels,
      owner: { kind: 'Deployment', name: 'coredns' },
    });
    expect(pod('coredns-1')?.ports.map(({ protocol, port }) => `${protocol} ${port}`)).toEqual([
      'UDP 53',
      'TCP 53',
    ]);
  });

  const { template } = workloadOf('Deployment');
  const namespace = 'kube-system';
  test.each<readonly [string, KubernetesObject]>([
    ['a Service of that name', serviceNamed('kube-dns', { namespace })],
    ['a pod with that label', podNamed('dns', { namespace, labels })],
    [
      'a workload whose pods have it',
      workloadOf('Deployment', { namespace, template: { ...template, labels } }),
    ],
    ['a Deployment of that name', workloadOf('Deployment', { namespace, name: 'coredns' })],
  ])('goes where manifests bring %s, and comes again', (_, object) => {
    apply();
    const before = dns();
    upsert(object);
    expect(dns()).not.toContain('Namespace//kube-system');
    expect(dns()).not.toEqual(before);
    remove(object);
    expect(dns().toSorted()).toEqual(before.toSorted());
    expect(clusterIPs('kube-dns')?.[0]).toBe('10.96.0.10');
  });

  test('has its address also where manifests bring it without', () => {
    upsert(serviceNamed('kube-dns', { namespace }));
    expect(clusterIPs('kube-dns')).toEqual(['10.96.0.10']);
  });

  test('has its address kept for it', () => {
    start({ clusterDns: false, ranges: { ...DEFAULT_RANGES, services: [cidr('10.96.0.0/28')] } });
    upsert(...Array.from({ length: 13 }, (_, index) => serviceNamed(`s-${index}`)));
    expect(problems()).toEqual([
      'Service `shop/s-12`: no IPv4 address is left for it in 10.96.0.0/28',
    ]);
    upsert(serviceNamed('kube-dns', { namespace }));
    expect(clusterIPs('kube-dns')).toEqual(['10.96.0.10']);
  });

  test('leaves a namespace of the manifests alone', () => {
    const own: KubernetesObject = {
      kind: 'Namespace',
      name: namespace,
      labels,
      terminating: false,
    };
    upsert(own);
    expect(seen.get('Namespace//kube-system')).toEqual(own);
    remove(own);
    expect(seen.get('Namespace//kube-system')).not.toEqual(own);
  });

  test('is not there where nobody wants it', () => {
    start({ clusterDns: false });
    apply();
    expect(dns()).toEqual([]);
  });
});

test('policies are passed on as they are, before the pods that they protect', () => {
  const policy: NetworkPolicy = {
    kind: 'NetworkPolicy',
    namespace: 'shop',
    name: 'p',
    generation: 0,
    subject: [],
    egress: { kind: 'notIsolated' },
    ingress: { kind: 'isolated', rules: [] },
  };
  apply();
  const told = upsert(podNamed('web'), policy, {
    kind: 'Namespace',
    name: 'shop',
    labels: new Map(),
    terminating: true,
  });
  expect(told).toEqual(['+ Namespace//shop', '+ NetworkPolicy/shop/p', '+ Pod/shop/web']);
  expect(
    apply({ kind: 'delete', ref: refOf(podNamed('web')) }, { kind: 'entomb', policy }),
  ).toEqual(['entomb p', '- Pod/shop/web']);
  expect(apply({ kind: 'entomb', policy }, { kind: 'upsert', object: policy })).toEqual([
    'entomb p',
    '+ NetworkPolicy/shop/p',
  ]);
});
