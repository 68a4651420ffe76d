import { expect, test } from 'vitest';
import { decode } from '../decode.ts';
import { formatAddress } from '../sets/address.ts';
import { formatCidr } from '../sets/cidr.ts';
import type { KubernetesObject } from './kubernetes-object.ts';

function decoded(apiVersion: string, kind: string, rest: object): KubernetesObject {
  const value = { apiVersion, kind, metadata: { name: 'a' }, ...rest };
  const result = decode(value, { namespace: 'shop', reading: 'strict' });
  if (result.kind !== 'object') throw new Error(JSON.stringify(result));
  return result.object;
}

function messages(apiVersion: string, kind: string, rest: object): readonly string[] {
  const value = { apiVersion, kind, metadata: { name: 'a' }, ...rest };
  const result = decode(value, { namespace: 'shop', reading: 'strict' });
  return result.kind === 'invalid' ? result.issues.map(({ message }) => message) : [];
}

const ipv4 = (value: number): unknown => ({ family: 'IPv4', value });

test('a namespace always carries its name as a label, whatever was written', () => {
  const metadata = { name: 'a', labels: { 'kubernetes.io/metadata.name': 'b', team: 'x' } };
  expect(decoded('v1', 'Namespace', { metadata })).toEqual({
    kind: 'Namespace',
    name: 'a',
    labels: new Map([
      ['kubernetes.io/metadata.name', 'a'],
      ['team', 'x'],
    ]),
    terminating: false,
  });
});

test.each<[reason: string, rest: object, terminating: boolean]>([
  ['active', { status: { phase: 'Active' } }, false],
  ['by phase', { status: { phase: 'Terminating' } }, true],
  ['by time', { metadata: { name: 'a', deletionTimestamp: '2026-01-01T00:00:00Z' } }, true],
])('a namespace terminates: %s', (_reason, rest, terminating) => {
  expect(decoded('v1', 'Namespace', rest)).toMatchObject({ terminating });
});

test('a node has every address that is one, of whatever type; its host names are left out', () => {
  const addresses = [
    { type: 'Hostname', address: 'node-1' },
    { type: 'InternalIP', address: '192.168.0.1' },
    { type: 'ExternalIP', address: '2001:db8::1' },
  ];
  const node = decoded('v1', 'Node', { status: { addresses } });
  expect(node.kind === 'Node' && node.addresses.map(formatAddress)).toEqual([
    '192.168.0.1',
    '2001:db8::1',
  ]);
});

test.each([
  [{ podCIDR: '10.1.1.0/24' }, ['10.1.1.0/24']],
  [
    { podCIDR: '10.1.1.0/24', podCIDRs: ['10.1.1.0/24', '2001:db8:1::/64'] },
    ['10.1.1.0/24', '2001:db8:1::/64'],
  ],
  [{ podCIDR: '' }, []],
  [{}, []],
])('a node gives its pods addresses of its pod CIDRs: %j', (spec, expected) => {
  const node = decoded('v1', 'Node', { spec });
  expect(node.kind === 'Node' && node.podRanges.map(formatCidr)).toEqual(expected);
});

test('a pod CIDR that is none is refused', () => {
  expect(messages('v1', 'Node', { spec: { podCIDRs: ['10.1.1.0'] } })).toEqual([
    'spec.podCIDRs[0]: Invalid value: "10.1.1.0": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
  ]);
});

test('a pod, whole', () => {
  const pod = decoded('v1', 'Pod', {
    metadata: {
      name: 'web-1',
      namespace: 'front',
      uid: 'u',
      labels: { app: 'web' },
      creationTimestamp: '1970-01-01T00:00:01Z',
      deletionTimestamp: '2026-01-01T00:00:00Z',
      ownerReferences: [
        { kind: 'Other', name: 'x' },
        { kind: 'ReplicaSet', name: 'web', controller: true },
      ],
    },
    spec: {
      nodeName: 'node-1',
      hostname: 'first',
      subdomain: 'web',
      hostNetwork: true,
      serviceAccountName: 'not listed',
      containers: [
        { name: 'a', image: 'x', ports: [{ containerPort: 80, name: 'http' }] },
        { name: 'b', ports: [{ containerPort: 53, protocol: 'UDP' }] },
      ],
      initContainers: [
        { name: 'sidecar', restartPolicy: 'Always', ports: [{ containerPort: 15_000 }] },
        { name: 'init', ports: [{ containerPort: 9 }] },
      ],
    },
    status: {
      phase: 'Failed',
      podIP: '10.0.0.9',
      podIPs: [{ ip: '10.0.0.1' }, { ip: '2001:db8::1' }],
    },
  });
  expect(pod).toEqual({
    kind: 'Pod',
    namespace: 'front',
    name: 'web-1',
    uid: 'u',
    labels: new Map([['app', 'web']]),
    owner: { kind: 'ReplicaSet', name: 'web' },
    node: 'node-1',
    hostNetwork: true,
    finished: true,
    terminating: true,
    createdAt: 1000,
    addresses: [
      ipv4(10 * 2 ** 24 + 1),
      { family: 'IPv6', value: 0x2001_0db8_0000_0000_0000_0000_0000_0001n },
    ],
    ports: [
      { name: 'http', protocol: 'TCP', port: 80 },
      { name: '', protocol: 'UDP', port: 53 },
      { name: '', protocol: 'TCP', port: 15_000 },
    ],
    hostname: 'first',
    subdomain: 'web',
  });
});

test('a pod of which nothing is known yet', () => {
  expect(decoded('v1', 'Pod', {})).toEqual({
    kind: 'Pod',
    namespace: 'shop',
    name: 'a',
    uid: '',
    labels: new Map(),
    owner: undefined,
    node: '',
    hostNetwork: false,
    finished: false,
    terminating: false,
    createdAt: 0,
    addresses: [],
    ports: [],
    hostname: '',
    subdomain: '',
  });
});

test.each<[reason: string, phase: string, finished: boolean]>([
  ['it ended well', 'Succeeded', true],
  ['it runs', 'Running', false],
  ['it waits', 'Pending', false],
  ['nobody knows', 'Unknown', false],
])('a pod is finished: %s', (_reason, phase, finished) => {
  expect(decoded('v1', 'Pod', { status: { phase } })).toMatchObject({ finished });
});

test('the single address of an old pod', () => {
  expect(decoded('v1', 'Pod', { status: { podIP: '10.0.0.9' } })).toMatchObject({
    addresses: [ipv4(10 * 2 ** 24 + 9)],
  });
});

const template = {
  metadata: { labels: { app: 'web' } },
  spec: { hostNetwork: true, containers: [{ ports: [{ containerPort: 80 }] }] },
};
const decodedTemplate = {
  labels: new Map([['app', 'web']]),
  hostNetwork: true,
  ports: [{ name: '', protocol: 'TCP', port: 80 }],
  hostname: '',
  subdomain: '',
};

test.each([
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'ReplicaSet'],
  ['apps/v1', 'StatefulSet'],
  ['apps/v1', 'DaemonSet'],
  ['v1', 'ReplicationController'],
])('%s %s makes pods of its template', (apiVersion, kind) => {
  expect(decoded(apiVersion, kind, { spec: { selector: {}, template } })).toEqual({
    kind,
    namespace: 'shop',
    name: 'a',
    owner: undefined,
    idle: false,
    replicas: 1,
    template: decodedTemplate,
  });
});

test('the pods of a stateful set are known under its service, in the number that it says', () => {
  const spec = { selector: {}, serviceName: 'db', replicas: 3, template };
  expect(decoded('apps/v1', 'StatefulSet', { spec })).toMatchObject({
    replicas: 3,
    template: { ...decodedTemplate, subdomain: 'db' },
  });
});

test('the pods of a job carry its name', () => {
  expect(decoded('batch/v1', 'Job', { spec: { template } })).toMatchObject({
    idle: false,
    template: {
      labels: new Map([
        ['job-name', 'a'],
        ['batch.kubernetes.io/job-name', 'a'],
        ['app', 'web'],
      ]),
    },
  });
});

test('the template of a cron job lies two levels down', () => {
  const spec = { schedule: '@daily', jobTemplate: { spec: { template } } };
  expect(decoded('batch/v1', 'CronJob', { spec })).toMatchObject({ template: decodedTemplate });
});

const owned = { name: 'a', ownerReferences: [{ kind: 'Deployment', name: 'd', controller: true }] };

test.each<[reason: string, apiVersion: string, kind: string, rest: object, idle: boolean]>([
  [
    'a completed job',
    'batch/v1',
    'Job',
    { spec: { template }, status: { conditions: [{ type: 'Complete', status: 'True' }] } },
    true,
  ],
  [
    'a failed job',
    'batch/v1',
    'Job',
    { spec: { template }, status: { conditions: [{ type: 'Failed', status: 'True' }] } },
    true,
  ],
  [
    'a suspended job',
    'batch/v1',
    'Job',
    { spec: { template }, status: { conditions: [{ type: 'Suspended', status: 'True' }] } },
    false,
  ],
  [
    'a replica set of an older rollout',
    'apps/v1',
    'ReplicaSet',
    { metadata: owned, spec: { replicas: 0, template } },
    true,
  ],
  [
    'a replica set in use',
    'apps/v1',
    'ReplicaSet',
    { metadata: owned, spec: { replicas: 1, template } },
    false,
  ],
  [
    'a replica set that somebody scaled to zero',
    'apps/v1',
    'ReplicaSet',
    { spec: { replicas: 0, template } },
    false,
  ],
])('makes no more pods: %s', (_reason, apiVersion, kind, rest, idle) => {
  expect(decoded(apiVersion, kind, rest)).toMatchObject({ idle });
});

test('a service, whole', () => {
  const ports = [
    { name: 'http', port: 80, targetPort: 'web', nodePort: 30_080 },
    { name: 'dns', port: 53, protocol: 'UDP' },
  ];
  const spec = {
    type: 'NodePort',
    externalTrafficPolicy: 'Local',
    ipFamilies: ['IPv4', 'IPv6'],
    selector: { app: 'web' },
    clusterIP: '10.96.0.1',
    clusterIPs: ['10.96.0.1'],
    ports,
  };
  expect(decoded('v1', 'Service', { spec })).toEqual({
    kind: 'Service',
    namespace: 'shop',
    name: 'a',
    type: 'NodePort',
    headless: false,
    families: ['IPv4', 'IPv6'],
    dualStack: true,
    externalTrafficPolicy: 'Local',
    internalTrafficPolicy: 'Cluster',
    selector: new Map([['app', 'web']]),
    externalName: '',
    clusterIPs: [ipv4(10 * 2 ** 24 + 96 * 65_536 + 1)],
    ports: [
      { name: 'http', protocol: 'TCP', port: 80, targetPort: 'web', nodePort: 30_080 },
      { name: 'dns', protocol: 'UDP', port: 53, targetPort: 53, nodePort: 0 },
    ],
  });
});

test.each<[reason: string, spec: object, expected: object]>([
  ['headless', { clusterIP: 'None', clusterIPs: ['None'] }, { headless: true, clusterIPs: [] }],
  ['headless by its list', { clusterIPs: ['None'] }, { headless: true, clusterIPs: [] }],
  ['of one family', { ipFamilies: ['IPv6'] }, { families: ['IPv6'], dualStack: false }],
  ['of any two', { ipFamilyPolicy: 'PreferDualStack' }, { families: [], dualStack: true }],
  ['of local endpoints', { internalTrafficPolicy: 'Local' }, { internalTrafficPolicy: 'Local' }],
  [
    'not allocated yet',
    { ports: [{ port: 80, targetPort: 0 }] },
    {
      clusterIPs: [],
      ports: [{ name: '', protocol: 'TCP', port: 80, targetPort: 80, nodePort: 0 }],
    },
  ],
  ['without clusterIPs', { clusterIP: '10.0.0.1' }, { clusterIPs: [ipv4(10 * 2 ** 24 + 1)] }],
  [
    'an alias',
    { type: 'ExternalName', externalName: 'example.com' },
    { externalName: 'example.com' },
  ],
  ['no alias any more', { type: 'ClusterIP', externalName: 'example.com' }, { externalName: '' }],
])('a service: %s', (_reason, spec, expected) => {
  expect(decoded('v1', 'Service', { spec })).toMatchObject(expected);
});

test.each<[reason: string, apiVersion: string, kind: string, rest: object, message: string]>([
  [
    'no address',
    'v1',
    'Pod',
    { status: { podIPs: [{ ip: 'x' }] } },
    'status.podIPs[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
  ],
  [
    'a port name in capitals',
    'v1',
    'Pod',
    { spec: { containers: [{ ports: [{ name: 'Http', containerPort: 80 }] }] } },
    'spec.containers[0].ports[0].name: Invalid value: "Http": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
  ],
  [
    'a port without a number',
    'v1',
    'Pod',
    { spec: { containers: [{ ports: [{ name: 'http' }] }] } },
    'spec.containers[0].ports[0].containerPort: Required value',
  ],
  [
    'a port out of range',
    'v1',
    'Pod',
    { spec: { containers: [{ ports: [{ containerPort: 65_536 }] }] } },
    'spec.containers[0].ports[0].containerPort: Invalid value: 65536: must be between 1 and 65535, inclusive',
  ],
  ['no template', 'apps/v1', 'Deployment', { spec: {} }, 'spec.template: Required value'],
  [
    'a template with a bad label',
    'apps/v1',
    'Deployment',
    { spec: { template: { metadata: { labels: { 'a b': 'c' } } } } },
    'spec.template.metadata.labels: Invalid value: "a b": name part must consist of',
  ],
  [
    'a service port out of range',
    'v1',
    'Service',
    { spec: { ports: [{ port: 0 }] } },
    'spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
  ],
  [
    'a target port in quotes',
    'v1',
    'Service',
    { spec: { ports: [{ port: 80, targetPort: '80' }] } },
    'spec.ports[0].targetPort: Invalid value: "80": must contain at least one letter (a-z)',
  ],
  [
    'a namespace with a dot',
    'v1',
    'Namespace',
    { metadata: { name: 'a.b' } },
    'metadata.name: Invalid value: "a.b": must not contain dots',
  ],
  [
    'a name in capitals',
    'v1',
    'Pod',
    { metadata: { name: 'A' } },
    'metadata.name: Invalid value: "A": a lowercase RFC 1123 subdomain',
  ],
  [
    'no name',
    'v1',
    'Pod',
    { metadata: {} },
    'metadata.name: Required value: name or generateName is required',
  ],
  [
    'no metadata',
    'v1',
    'Pod',
    { metadata: undefined },
    'metadata.name: Required value: name or generateName is required',
  ],
  [
    'a misspelt name is reported once',
    'v1',
    'Pod',
    { metadata: { Name: 'a' } },
    'unknown field "metadata.Name"',
  ],
  [
    'a name that YAML takes for a boolean, once',
    'v1',
    'Pod',
    { metadata: { name: true } },
    'metadata.name: cannot unmarshal bool into a field of type string',
  ],
  [
    'a bad namespace',
    'v1',
    'Pod',
    { metadata: { name: 'a', namespace: 'A' } },
    'metadata.namespace: Invalid value: "A": a lowercase RFC 1123 label',
  ],
  [
    'a bad label value',
    'v1',
    'Pod',
    { metadata: { name: 'a', labels: { a: 'b c' } } },
    'metadata.labels: Invalid value: "b c": a valid label must be an empty string',
  ],
  [
    'a bad annotation',
    'v1',
    'Pod',
    { metadata: { name: 'a', annotations: { 'b c': '' } } },
    'metadata.annotations: Invalid value: "b c": name part must consist of',
  ],
])('refused: %s', (_reason, apiVersion, kind, rest, message) => {
  const found = messages(apiVersion, kind, rest);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(message);
});

test('the namespace of a cluster-scoped object is dropped, as a server drops it', () => {
  const metadata = { name: 'a', namespace: 'x' };
  expect(decoded('v1', 'Namespace', { metadata })).not.toHaveProperty('namespace');
});

test('a generated name stands for the name that the server would make', () => {
  expect(decoded('v1', 'Pod', { metadata: { generateName: 'web-' } })).toMatchObject({
    name: 'web-',
  });
});
