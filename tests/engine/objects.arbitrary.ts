/**
 * Small random clusters. Few names, labels, addresses and ports, so that selectors hit, addresses
 * clash and ranges meet; every kind of object and every variant of a policy can occur.
 */
import {
  cidrOf,
  type ContainerPort,
  type IpAddress,
  type KubernetesObject,
  type LabelRequirement,
  type Labels,
  type LabelSelector,
  type Namespace,
  type Node,
  type ObjectRef,
  type Owner,
  type Peer,
  type Pod,
  type Policy,
  type PortMatch,
  type Ports,
  type Protocol,
  refKey,
  refOf,
  type Rule,
  type Service,
  type Workload,
} from '@ringfence/core';
import * as fc from 'fast-check';

export const NAMESPACES = ['a', 'b'] as const;
const POD_NAMES = ['p0', 'p1', 'p2', 'p3'] as const;
const NODE_NAMES = ['n1', 'n2'] as const;
export const PORTS = [1, 53, 79, 80, 81, 8080, 8081, 65_535] as const;
const NAME_LABEL = 'kubernetes.io/metadata.name';

const v4 = (last: number): IpAddress => ({ family: 'IPv4', value: 0x0a00_0000 + last });
const v6 = (last: number): IpAddress => ({
  family: 'IPv6',
  value: (0x2001_0db8n << 96n) + BigInt(last),
});

export const arbAddress: fc.Arbitrary<IpAddress> = fc.oneof(
  fc.integer({ min: 0, max: 15 }).map(v4),
  fc.integer({ min: 0, max: 15 }).map(v6),
  fc.constantFrom<IpAddress>(
    { family: 'IPv4', value: 0 },
    { family: 'IPv4', value: 2 ** 32 - 1 },
    { family: 'IPv6', value: 0n },
    { family: 'IPv6', value: 2n ** 128n - 1n },
  ),
);

const arbLabels: fc.Arbitrary<Labels> = fc
  .record({
    app: fc.constantFrom('web', 'web', 'db', undefined),
    tier: fc.constantFrom('front', 'front', 'back', undefined),
  })
  .map(
    (labels) =>
      new Map(
        Object.entries(labels).flatMap(([key, value]) =>
          value === undefined ? [] : [[key, value] as const],
        ),
      ),
  );

const arbValues = fc
  .subarray(['web', 'db', 'front', 'back'], { minLength: 1, maxLength: 3 })
  .map((values) => new Set(values));

const arbRequirement = (keys: readonly string[]): fc.Arbitrary<LabelRequirement> => {
  const key = fc.constantFrom(...keys);
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('in' as const), key, values: arbValues }),
    },
    fc.record({ kind: fc.constant('notIn' as const), key, values: arbValues }),
    fc.record({ kind: fc.constantFrom('exists' as const, 'doesNotExist' as const), key }),
  );
};

const arbSelector: fc.Arbitrary<LabelSelector> = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  {
    weight: 3,
    arbitrary: fc.array(arbRequirement(['app', 'tier']), { minLength: 1, maxLength: 2 }),
  },
);

const arbNamespaceSelector: fc.Arbitrary<LabelSelector> = fc.oneof(
  fc.constant([]),
  fc.array(arbRequirement(['app', 'tier']), { minLength: 1, maxLength: 2 }),
  fc
    .subarray([...NAMESPACES], { minLength: 1, maxLength: 2 })
    .map((names): LabelSelector => [{ kind: 'in', key: NAME_LABEL, values: new Set(names) }]),
);

const arbContainerPort: fc.Arbitrary<ContainerPort> = fc.record({
  name: fc.constantFrom('http', 'dns', ''),
  protocol: fc.constantFrom<Protocol>('TCP', 'UDP', 'SCTP'),
  port: fc.constantFrom(...PORTS),
});

const arbOwner: fc.Arbitrary<Owner | undefined> = fc.constantFrom<Owner | undefined>(
  undefined,
  undefined,
  { kind: 'ReplicaSet', name: 'web-77' },
  { kind: 'StatefulSet', name: 'db' },
  { kind: 'Job', name: 'job' },
);

const arbPod: fc.Arbitrary<Pod> = fc.record({
  kind: fc.constant('Pod' as const),
  namespace: fc.constantFrom(...NAMESPACES),
  name: fc.constantFrom(...POD_NAMES),
  uid: fc.constantFrom('u1', 'u2'),
  labels: fc
    .tuple(arbLabels, fc.boolean())
    .map(([labels, hashed]) =>
      hashed ? new Map([...labels, ['pod-template-hash', '77']]) : labels,
    ),
  owner: arbOwner,
  node: fc.constantFrom(...NODE_NAMES, ''),
  hostNetwork: weighted(1, 8),
  finished: weighted(1, 8),
  terminating: weighted(1, 5),
  createdAt: fc.integer({ min: 0, max: 2 }),
  addresses: fc
    .tuple(
      fc.option(fc.integer({ min: 1, max: 15 }).map(v4), { nil: undefined, freq: 8 }),
      fc.option(fc.integer({ min: 1, max: 15 }).map(v6), { nil: undefined, freq: 8 }),
    )
    .map((both) => both.flatMap((address) => address ?? [])),
  ports: fc.array(arbContainerPort, { maxLength: 3 }),
  hostname: fc.constant(''),
  subdomain: fc.constant(''),
});

function weighted(yes: number, of: number): fc.Arbitrary<boolean> {
  return fc.integer({ min: 1, max: of }).map((number) => number <= yes);
}

const arbNamespace: fc.Arbitrary<Namespace> = fc
  .record({
    name: fc.constantFrom(...NAMESPACES),
    labels: arbLabels,
    terminating: weighted(1, 6),
  })
  .map(({ name, labels, terminating }) => ({
    kind: 'Namespace',
    name,
    labels: new Map([...labels, [NAME_LABEL, name]]),
    terminating,
  }));

const arbNode: fc.Arbitrary<Node> = fc.record({
  kind: fc.constant('Node' as const),
  podRanges: fc.constant([]),
  name: fc.constantFrom(...NODE_NAMES),
  labels: arbLabels,
  addresses: fc.array(
    fc.integer({ min: 8, max: 12 }).chain((n) => fc.constantFrom(v4(n), v6(n))),
    {
      maxLength: 2,
    },
  ),
});

const arbWorkload: fc.Arbitrary<Workload> = fc
  .record({
    which: fc.constantFrom(
      { kind: 'Deployment' as const, name: 'web' },
      { kind: 'ReplicaSet' as const, name: 'web-77' },
      { kind: 'StatefulSet' as const, name: 'db' },
      { kind: 'Job' as const, name: 'job' },
    ),
    namespace: fc.constantFrom(...NAMESPACES),
    owned: fc.boolean(),
    idle: weighted(1, 4),
    labels: arbLabels,
    hostNetwork: weighted(1, 8),
    ports: fc.array(arbContainerPort, { maxLength: 2 }),
  })
  .map(({ which, namespace, owned, idle, labels, hostNetwork, ports }) => ({
    ...which,
    namespace,
    owner: which.kind === 'ReplicaSet' && owned ? { kind: 'Deployment', name: 'web' } : undefined,
    idle,
    replicas: 1,
    template: { labels, hostNetwork, ports, hostname: '', subdomain: '' },
  }));

const arbService: fc.Arbitrary<Service> = fc.record({
  kind: fc.constant('Service' as const),
  namespace: fc.constantFrom(...NAMESPACES),
  name: fc.constant('s'),
  type: fc.constant('ClusterIP'),
  headless: fc.constant(false),
  families: fc.constant([]),
  dualStack: fc.constant(false),
  externalTrafficPolicy: fc.constant('Cluster'),
  internalTrafficPolicy: fc.constant('Cluster'),
  selector: arbLabels,
  externalName: fc.constant(''),
  clusterIPs: fc.constant([]),
  ports: fc.constant([]),
});

const arbBlock = fc
  .tuple(
    arbAddress,
    fc.integer({ min: 0, max: 8 }),
    fc.array(fc.tuple(arbAddress, fc.integer({ min: 0, max: 3 })), { maxLength: 2 }),
  )
  .map(([address, free, excepts]) => {
    const bits = address.family === 'IPv4' ? 32 : 128;
    return {
      cidr: cidrOf(address, free === 8 ? 0 : bits - free),
      except: excepts
        .filter(([excluded]) => excluded.family === address.family)
        .map(([excluded, width]) => cidrOf(excluded, bits - width)),
    };
  });

const arbPodsPeer = (own: boolean): fc.Arbitrary<Peer> =>
  fc.record({
    kind: fc.constant('pods' as const),
    namespaces: fc.oneof(
      ...(own ? [fc.constant({ kind: 'own' as const })] : []),
      arbNamespaceSelector.map((namespaces) => ({ kind: 'matching' as const, namespaces })),
    ),
    pods: arbSelector,
  });

const arbBlocksPeer: fc.Arbitrary<Peer> = fc
  .array(arbBlock, { minLength: 1, maxLength: 2 })
  .map((blocks) => ({ kind: 'ipBlocks', blocks }));

const arbTierPeer: fc.Arbitrary<Peer> = fc.oneof(
  { weight: 6, arbitrary: arbPodsPeer(false) },
  { weight: 3, arbitrary: arbBlocksPeer },
  { weight: 1, arbitrary: arbSelector.map((nodes): Peer => ({ kind: 'nodes', nodes })) },
  { weight: 1, arbitrary: fc.constant<Peer>({ kind: 'unknown', field: 'domainNames' }) },
);

const arbPortMatch = (tier: boolean): fc.Arbitrary<PortMatch> => {
  const protocol = fc.constantFrom<Protocol>('TCP', 'UDP', 'SCTP');
  return fc.oneof(
    {
      weight: 3,
      arbitrary: fc.tuple(protocol, fc.constantFrom(...PORTS), fc.constantFrom(...PORTS)).map(
        ([of, one, other]): PortMatch => ({
          kind: 'range',
          protocol: of,
          from: Math.min(one, other),
          to: Math.max(one, other),
        }),
      ),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(protocol, fc.constantFrom('http', 'dns'))
        .map(([of, name]): PortMatch => ({ kind: 'named', protocol: tier ? 'any' : of, name })),
    },
  );
};

const arbPorts = (tier: boolean): fc.Arbitrary<Ports> =>
  fc.oneof(
    fc.constant<Ports>({ kind: 'any' }),
    fc
      .array(arbPortMatch(tier), { minLength: 1, maxLength: 3 })
      .map((ports): Ports => ({ kind: 'ports', ports })),
  );

export const arbRule: fc.Arbitrary<Rule> = fc.record({
  peers: fc.oneof(
    { weight: 1, arbitrary: fc.constant({ kind: 'anyone' as const }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('peers' as const),
        peers: fc.array(fc.oneof(arbPodsPeer(true), arbBlocksPeer), { minLength: 1, maxLength: 3 }),
      }),
    },
  ),
  ports: arbPorts(false),
});

const arbDirection = fc.oneof(
  fc.constant({ kind: 'notIsolated' as const }),
  fc.record({ kind: fc.constant('isolated' as const), rules: fc.array(arbRule, { maxLength: 2 }) }),
);

export const arbNetworkPolicy = fc.record({
  kind: fc.constant('NetworkPolicy' as const),
  namespace: fc.constantFrom(...NAMESPACES),
  name: fc.constantFrom('x', 'y', 'z'),
  generation: fc.constant(0),
  subject: arbSelector,
  egress: arbDirection,
  ingress: arbDirection,
});

const arbTierRule = fc.record({
  name: fc.constant(''),
  action: fc.constantFrom('Accept' as const, 'Deny' as const, 'Pass' as const),
  peers: fc.record({
    kind: fc.constant('peers' as const),
    peers: fc.array(arbTierPeer, { minLength: 1, maxLength: 2 }),
  }),
  ports: arbPorts(true),
});

const arbSubject = fc.record({ namespaces: arbNamespaceSelector, pods: arbSelector });

const arbTierPolicy: fc.Arbitrary<Policy> = fc.record({
  kind: fc.constantFrom('ClusterNetworkPolicy' as const, 'AdminNetworkPolicy' as const),
  namespace: fc.constant('' as const),
  name: fc.constantFrom('x', 'y'),
  generation: fc.constant(0),
  tier: fc.constantFrom('Admin' as const, 'Baseline' as const),
  priority: fc.integer({ min: 0, max: 2 }),
  subject: arbSubject,
  egress: fc.array(arbTierRule, { maxLength: 2 }),
  ingress: fc.array(arbTierRule, { maxLength: 2 }),
});

const arbUndecodable: fc.Arbitrary<Policy> = fc
  .tuple(fc.constantFrom(...NAMESPACES), arbSelector)
  .map(([namespace, pods]) => ({
    kind: 'undecodable',
    policyKind: 'NetworkPolicy',
    namespace,
    name: 'broken',
    subject: {
      namespaces: [{ kind: 'in', key: NAME_LABEL, values: new Set([namespace]) }],
      pods,
    },
    issues: [],
  }));

const arbPolicy: fc.Arbitrary<Policy> = fc.oneof(
  { weight: 6, arbitrary: arbNetworkPolicy },
  { weight: 3, arbitrary: arbTierPolicy },
  { weight: 1, arbitrary: arbUndecodable },
);

const arbObject: fc.Arbitrary<KubernetesObject> = fc.oneof(
  { weight: 6, arbitrary: arbPod },
  { weight: 6, arbitrary: arbPolicy },
  { weight: 2, arbitrary: arbNamespace },
  { weight: 1, arbitrary: arbNode },
  { weight: 2, arbitrary: arbWorkload },
  { weight: 1, arbitrary: arbService },
);

/**
 * Objects of a cluster, at most one of each identity, as an API server would keep them: some pods
 * and policies always, so that questions are about something.
 */
export const arbObjects: fc.Arbitrary<readonly KubernetesObject[]> = fc
  .tuple(
    fc.array(arbPod, { minLength: 3, maxLength: 8 }),
    fc.array(arbPolicy, { minLength: 1, maxLength: 6 }),
    fc.array(arbObject, { maxLength: 6 }),
  )
  .map((parts) => [
    ...new Map(parts.flat().map((object) => [identityOf(object), object])).values(),
  ]);

/** An object comes, changes or goes. */
export type Noise =
  | { readonly kind: 'upsert'; readonly object: KubernetesObject }
  | { readonly kind: 'delete'; readonly ref: ObjectRef };

export const arbNoise: fc.Arbitrary<Noise> = fc.oneof(
  { weight: 3, arbitrary: arbObject.map((object): Noise => ({ kind: 'upsert', object })) },
  {
    weight: 2,
    arbitrary: arbObject.map((object): Noise => ({ kind: 'delete', ref: refOf(object) })),
  },
);

/** The key of an object's name. */
export function identityOf(object: KubernetesObject): string {
  return refKey(refOf(object));
}
