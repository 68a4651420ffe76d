/**
 * Small random manifests for the assigner. Few names, addresses and ports, and narrow ranges, so that
 * names clash, ranges run out, and what is stated meets what was given.
 */
import {
  type Change,
  type IpAddress,
  type KubernetesObject,
  type Labels,
  type Node,
  type ObjectRef,
  type Owner,
  type Pod,
  type Service,
  type Workload,
} from '@ringfence/core';
import * as fc from 'fast-check';
import { address } from '../testing.ts';
import { cidr } from './testing.ts';

const NAMESPACES = ['a', 'a', 'b', 'kube-system'] as const;
const arbNamespaceName = fc.constantFrom(...NAMESPACES);

const arbLabels: fc.Arbitrary<Labels> = fc
  .constantFrom<[string, string][]>(
    [],
    [['app', 'web']],
    [['app', 'db']],
    [['k8s-app', 'kube-dns']],
  )
  .map((entries) => new Map(entries));

/** Stated ones that would be given next, and others. */
const arbPodAddress: fc.Arbitrary<IpAddress> = fc
  .constantFrom(
    '10.244.0.2',
    '10.244.0.3',
    '10.9.0.2',
    '10.9.0.3',
    '192.168.0.2',
    'fd00:10:244::2',
    '10.7.7.7',
  )
  .map(address);

const arbPorts = fc.constantFrom<Pod['ports']>([], [{ name: 'http', protocol: 'TCP', port: 80 }]);

const arbNode: fc.Arbitrary<Node> = fc.record({
  kind: fc.constant('Node' as const),
  name: fc.constantFrom('node-1', 'node-2', 'worker'),
  labels: arbLabels,
  addresses: fc
    .constantFrom<readonly string[]>(
      [],
      [],
      ['192.168.0.2'],
      ['192.168.0.3', 'fd00:192:168::3'],
      ['10.244.0.9'],
    )
    .map((texts) => texts.map(address)),
  podRanges: fc
    .constantFrom<readonly string[]>(
      [],
      [],
      ['10.9.0.0/29'],
      ['10.9.1.0/29', 'fd00:9::/125'],
      ['10.244.1.0/24'],
    )
    .map((texts) => texts.map(cidr)),
});

const arbOwner = fc.constantFrom<Owner | undefined>(
  undefined,
  undefined,
  { kind: 'Deployment', name: 'web' },
  { kind: 'ReplicaSet', name: 'web-77' },
  { kind: 'StatefulSet', name: 'db' },
  { kind: 'Job', name: 'web' },
);

const arbPod: fc.Arbitrary<Pod> = fc.record({
  kind: fc.constant('Pod' as const),
  namespace: arbNamespaceName,
  name: fc.constantFrom('p0', 'p1', 'p2', 'p3', 'web-1', 'web-1-job', 'db-0', 'coredns-1'),
  uid: fc.constantFrom('', 'u1', 'u2'),
  labels: fc
    .tuple(arbLabels, fc.boolean())
    .map(([labels, told]) => (told ? new Map([...labels, ['pod-template-hash', '77']]) : labels)),
  owner: arbOwner,
  node: fc.constantFrom('', '', '', 'node-1', 'worker', 'ghost'),
  hostNetwork: weighted(1, 6),
  finished: weighted(1, 6),
  terminating: weighted(1, 6),
  createdAt: fc.constant(0),
  addresses: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    fc.array(arbPodAddress, { minLength: 1, maxLength: 2 }),
  ),
  ports: arbPorts,
  hostname: fc.constant(''),
  subdomain: fc.constant(''),
});

const arbWorkload: fc.Arbitrary<Workload> = fc
  .record({
    which: fc.constantFrom(
      { kind: 'Deployment' as const, name: 'web' },
      { kind: 'ReplicaSet' as const, name: 'web-77' },
      { kind: 'StatefulSet' as const, name: 'db' },
      { kind: 'StatefulSet' as const, name: 'web' },
      { kind: 'DaemonSet' as const, name: 'web' },
      { kind: 'DaemonSet' as const, name: 'web-node' },
      { kind: 'Deployment' as const, name: 'web-node-node' },
      { kind: 'Job' as const, name: 'web' },
      { kind: 'CronJob' as const, name: 'web' },
      { kind: 'ReplicationController' as const, name: 'web' },
    ),
    namespace: arbNamespaceName,
    owned: fc.boolean(),
    idle: weighted(1, 6),
    replicas: fc.integer({ min: 0, max: 3 }),
    labels: arbLabels,
    hostNetwork: weighted(1, 8),
    ports: arbPorts,
  })
  .map(({ which, namespace, owned, idle, replicas, labels, hostNetwork, ports }) => ({
    ...which,
    namespace,
    owner: which.kind === 'ReplicaSet' && owned ? { kind: 'Deployment', name: 'web' } : undefined,
    idle,
    replicas,
    template: { labels, hostNetwork, ports, hostname: '', subdomain: '' },
  }));

const arbService: fc.Arbitrary<Service> = fc
  .record({
    where: fc.constantFrom(['a', 's1'], ['a', 's2'], ['b', 's1'], ['kube-system', 'kube-dns']),
    type: fc.constantFrom<Service['type']>('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'),
    headless: weighted(1, 5),
    families: fc.constantFrom<Service['families']>([], [], ['IPv6'], ['IPv6', 'IPv4']),
    dualStack: fc.boolean(),
    clusterIPs: fc
      .constantFrom<readonly string[]>(
        [],
        [],
        [],
        ['10.96.0.10'],
        ['10.96.1.1'],
        ['fd00:10:96::101'],
        ['172.20.0.1'],
      )
      .map((texts) => texts.map(address)),
    nodePort: fc.constantFrom(0, 0, 30_080, 30_086),
  })
  .map(
    ({
      where: [namespace = '', name = ''],
      headless,
      families,
      dualStack,
      clusterIPs,
      nodePort,
      ...rest
    }) => ({
      kind: 'Service',
      namespace,
      name,
      ...rest,
      headless,
      families,
      dualStack: dualStack || families.length > 1,
      externalTrafficPolicy: 'Cluster',
      internalTrafficPolicy: 'Cluster',
      selector: new Map([['app', 'web']]),
      externalName: '',
      clusterIPs: headless || rest.type === 'ExternalName' ? [] : clusterIPs,
      ports: [
        {
          name: 'x',
          protocol: 'TCP',
          port: 80,
          targetPort: 80,
          nodePort: rest.type === 'NodePort' ? nodePort : 0,
        },
        { name: 'y', protocol: 'TCP', port: 81, targetPort: 81, nodePort: 0 },
      ],
    }),
  );

const arbNamespace: fc.Arbitrary<KubernetesObject> = arbNamespaceName.map((name) => ({
  kind: 'Namespace',
  name,
  labels: new Map([
    ['kubernetes.io/metadata.name', name],
    ['own', 'yes'],
  ]),
  terminating: false,
}));

export const arbObject: fc.Arbitrary<KubernetesObject> = fc.oneof(
  { weight: 3, arbitrary: arbNode },
  { weight: 6, arbitrary: arbPod },
  { weight: 6, arbitrary: arbWorkload },
  { weight: 4, arbitrary: arbService },
  arbNamespace,
);

/** An object that comes or changes, or that goes. */
const arbChange: fc.Arbitrary<Change> = fc
  .tuple(arbObject, weighted(1, 4))
  .map(([object, goes]) =>
    goes ? { kind: 'delete', ref: refTo(object) } : { kind: 'upsert', object },
  );

export const arbHistory: fc.Arbitrary<readonly (readonly Change[])[]> = fc.array(
  fc.array(arbChange, { maxLength: 8 }),
  { minLength: 1, maxLength: 6 },
);

function refTo(object: KubernetesObject): ObjectRef {
  const namespace = 'namespace' in object ? object.namespace : '';
  return { kind: object.kind, namespace, name: object.name };
}

function weighted(yes: number, of: number): fc.Arbitrary<boolean> {
  return fc.integer({ min: 1, max: of }).map((number) => number <= yes);
}
