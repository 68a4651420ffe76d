import { expect, test } from 'vitest';
import { decode, type Decoded } from '../decode.ts';
import { KINDS } from '../schema/kinds.ts';
import type { Reading } from '../schema/read.ts';
import type { TierPolicy, TierPolicyKind } from './policy.ts';

function decoded(
  kind: TierPolicyKind,
  spec: unknown,
  reading: Reading = 'strict',
  name = 'default',
): Decoded {
  const { apiVersion } = KINDS[kind];
  const value = { apiVersion, kind, metadata: { name, generation: 2 }, spec };
  return decode(value, { namespace: 'shop', reading });
}

function policyOf(kind: TierPolicyKind, spec: unknown, reading: Reading = 'strict'): TierPolicy {
  const result = decoded(kind, spec, reading);
  if (result.kind !== 'object' || result.object.kind !== kind)
    throw new Error(JSON.stringify(result));
  return result.object;
}

function issuesOf(result: Decoded): readonly string[] {
  if (result.kind === 'otherKind') throw new Error('not decoded');
  const issues = result.kind === 'invalid' ? result.issues : result.warnings;
  return issues.map(({ severity, message }) => `${severity}: ${message}`);
}

const SUBJECT = { namespaces: {} };
const cnp = (rest: object): object => ({ tier: 'Admin', priority: 10, subject: SUBJECT, ...rest });
const anp = (rest: object): object => ({ priority: 10, subject: SUBJECT, ...rest });
const APP = [{ kind: 'in', key: 'app', values: new Set(['a']) }];
const A = { matchLabels: { app: 'a' } };
const EVERY_NAMESPACE = { kind: 'matching', namespaces: [] };

test('a ClusterNetworkPolicy, whole', () => {
  const pods = { namespaceSelector: A, podSelector: {} };
  const spec = {
    tier: 'Baseline',
    priority: 5,
    subject: { pods },
    ingress: [{ name: 'one', action: 'Accept', from: [{ pods }, { namespaces: A }] }],
    egress: [{ action: 'Pass', to: [{ networks: ['10.0.0.0/8', '2001:db8::/64'] }, { nodes: A }] }],
  };
  expect(policyOf('ClusterNetworkPolicy', spec)).toMatchObject({
    kind: 'ClusterNetworkPolicy',
    namespace: '',
    name: 'default',
    generation: 2,
    tier: 'Baseline',
    priority: 5,
    subject: { namespaces: APP, pods: [] },
    ingress: [
      {
        name: 'one',
        action: 'Accept',
        peers: {
          kind: 'peers',
          peers: [
            { kind: 'pods', namespaces: { kind: 'matching', namespaces: APP }, pods: [] },
            { kind: 'pods', namespaces: { kind: 'matching', namespaces: APP }, pods: [] },
          ],
        },
        ports: { kind: 'any' },
      },
    ],
    egress: [
      {
        name: '',
        action: 'Pass',
        peers: {
          peers: [
            { kind: 'ipBlocks', blocks: [{ cidr: { length: 8 } }, { cidr: { length: 64 } }] },
            { kind: 'nodes', nodes: APP },
          ],
        },
      },
    ],
  });
});

test.each<[reason: string, protocols: unknown, ports: unknown]>([
  [
    'a number',
    [{ tcp: { destinationPort: { number: 80 } } }],
    [{ kind: 'range', protocol: 'TCP', from: 80, to: 80 }],
  ],
  [
    'a range',
    [{ sctp: { destinationPort: { range: { start: 1, end: 9 } } } }],
    [{ kind: 'range', protocol: 'SCTP', from: 1, to: 9 }],
  ],
  [
    'a name, of whatever protocol',
    [{ destinationNamedPort: 'web' }],
    [{ kind: 'named', protocol: 'any', name: 'web' }],
  ],
  [
    'several',
    [{ udp: { destinationPort: { number: 53 } } }, { tcp: { destinationPort: { number: 53 } } }],
    [
      { kind: 'range', protocol: 'UDP', from: 53, to: 53 },
      { kind: 'range', protocol: 'TCP', from: 53, to: 53 },
    ],
  ],
])('protocols: %s', (_reason, protocols, ports) => {
  const rule = { action: 'Deny', from: [SUBJECT], protocols };
  const policy = policyOf('ClusterNetworkPolicy', cnp({ ingress: [rule] }));
  expect(policy.ingress[0]?.ports).toEqual({ kind: 'ports', ports });
});

test('an AdminNetworkPolicy is of tier Admin; its Allow is Accept', () => {
  const ports = [
    { portNumber: { port: 80 } },
    { portNumber: { port: 53, protocol: 'UDP' } },
    { portRange: { start: 1, end: 9 } },
    { namedPort: 'web' },
  ];
  const spec = anp({ ingress: [{ action: 'Allow', from: [SUBJECT], ports }] });
  expect(policyOf('AdminNetworkPolicy', spec)).toEqual({
    kind: 'AdminNetworkPolicy',
    namespace: '',
    name: 'default',
    generation: 2,
    tier: 'Admin',
    priority: 10,
    subject: { namespaces: [], pods: [] },
    egress: [],
    ingress: [
      {
        name: '',
        action: 'Accept',
        peers: { kind: 'peers', peers: [{ kind: 'pods', namespaces: EVERY_NAMESPACE, pods: [] }] },
        ports: {
          kind: 'ports',
          ports: [
            { kind: 'range', protocol: 'TCP', from: 80, to: 80 },
            { kind: 'range', protocol: 'UDP', from: 53, to: 53 },
            { kind: 'range', protocol: 'TCP', from: 1, to: 9 },
            { kind: 'named', protocol: 'any', name: 'web' },
          ],
        },
      },
    ],
  });
});

test('the BaselineAdminNetworkPolicy comes after everything else of its tier', () => {
  const spec = { subject: SUBJECT, egress: [{ action: 'Deny', to: [SUBJECT] }] };
  expect(policyOf('BaselineAdminNetworkPolicy', spec)).toMatchObject({
    tier: 'Baseline',
    priority: 1001,
    egress: [{ action: 'Deny' }],
  });
});

const deny = (rest: object): object => ({ action: 'Deny', from: [SUBJECT], ...rest });
const denyTo = (...to: readonly unknown[]): object => cnp({ egress: [{ action: 'Deny', to }] });
const many = (count: number): readonly unknown[] => Array.from({ length: count }, () => deny({}));

test.each<[reason: string, kind: TierPolicyKind, spec: unknown, issues: readonly string[]]>([
  ['no spec', 'ClusterNetworkPolicy', undefined, ['spec: Required value']],
  [
    'no tier',
    'ClusterNetworkPolicy',
    { priority: 1, subject: SUBJECT },
    ['spec.tier: Required value'],
  ],
  [
    'a tier in lower case',
    'ClusterNetworkPolicy',
    cnp({ tier: 'admin' }),
    ['spec.tier: Unsupported value: "admin": supported values: "Admin", "Baseline"'],
  ],
  [
    'a priority beyond the last',
    'ClusterNetworkPolicy',
    cnp({ priority: 1001 }),
    [
      'spec.priority: Invalid value: 1001: spec.priority in body should be less than or equal to 1000',
    ],
  ],
  [
    'a negative priority',
    'AdminNetworkPolicy',
    anp({ priority: -1 }),
    [
      'spec.priority: Invalid value: -1: spec.priority in body should be greater than or equal to 0',
    ],
  ],
  [
    'a misspelt priority is reported once',
    'ClusterNetworkPolicy',
    { tier: 'Admin', Priority: 1, subject: SUBJECT },
    ['unknown field "spec.Priority"'],
  ],
  [
    'too many rules',
    'ClusterNetworkPolicy',
    cnp({ ingress: many(26) }),
    ['spec.ingress: Too many: 26: must have at most 25 items'],
  ],
  [
    'as many as an older kind may have',
    'AdminNetworkPolicy',
    anp({ ingress: many(101) }),
    ['spec.ingress: Too many: 101: must have at most 100 items'],
  ],
  [
    'a subject of two kinds',
    'ClusterNetworkPolicy',
    cnp({ subject: { namespaces: {}, pods: { namespaceSelector: {}, podSelector: {} } } }),
    ['spec.subject: Too many: 2: must have at most 1 item'],
  ],
  [
    'half a subject of an older kind',
    'AdminNetworkPolicy',
    anp({ subject: { pods: { podSelector: {} } } }),
    ['spec.subject.pods.namespaceSelector: Required value'],
  ],
  [
    'no peers',
    'ClusterNetworkPolicy',
    cnp({ ingress: [{ action: 'Deny', from: [] }] }),
    [
      'spec.ingress[0].from: Invalid value: 0: spec.ingress[0].from in body should have at least 1 items',
    ],
  ],
  [
    'no list of peers',
    'ClusterNetworkPolicy',
    cnp({ ingress: [{ action: 'Deny' }] }),
    ['spec.ingress[0].from: Required value'],
  ],
  [
    'a long name',
    'ClusterNetworkPolicy',
    cnp({ ingress: [deny({ name: 'a'.repeat(101) })] }),
    ['spec.ingress[0].name: Too long: may not be more than 100 bytes'],
  ],
  [
    'a protocol without ports',
    'ClusterNetworkPolicy',
    cnp({ ingress: [deny({ protocols: [{ tcp: {} }] })] }),
    [
      'spec.ingress[0].protocols[0].tcp: Invalid value: 0: spec.ingress[0].protocols[0].tcp in body should have at least 1 properties',
    ],
  ],
  [
    'no protocols',
    'ClusterNetworkPolicy',
    cnp({ ingress: [deny({ protocols: [] })] }),
    [
      'spec.ingress[0].protocols: Invalid value: 0: spec.ingress[0].protocols in body should have at least 1 items',
    ],
  ],
  [
    'a range backwards',
    'AdminNetworkPolicy',
    anp({ ingress: [deny({ ports: [{ portRange: { start: 9, end: 8 } }] })] }),
    ['spec.ingress[0].ports[0].portRange: Invalid value: Start port must be less than End port'],
  ],
  [
    'ports of the older kinds',
    'ClusterNetworkPolicy',
    cnp({ ingress: [deny({ ports: [] })] }),
    ['unknown field "spec.ingress[0].ports"'],
  ],
  [
    'an unknown peer',
    'ClusterNetworkPolicy',
    denyTo({ services: {} }),
    ['unknown field "spec.egress[0].to[0].services"'],
  ],
  [
    'no network',
    'ClusterNetworkPolicy',
    denyTo({ networks: ['10.0.0.1'] }),
    ['spec.egress[0].to[0].networks[0]: Invalid value: "10.0.0.1": Invalid CIDR format provided'],
  ],
  [
    'a network twice',
    'ClusterNetworkPolicy',
    denyTo({ networks: ['10.0.0.0/8', '10.0.0.0/8'] }),
    ['spec.egress[0].to[0].networks[1]: Duplicate value: "10.0.0.0/8"'],
  ],
  [
    'a named port of a network',
    'ClusterNetworkPolicy',
    cnp({
      egress: [
        {
          action: 'Deny',
          to: [{ networks: ['10.0.0.0/8'] }],
          protocols: [{ destinationNamedPort: 'web' }],
        },
      ],
    }),
    [
      'spec.egress[0]: Invalid value: networks/nodes/domainNames peer cannot be set with namedPorts since there are no namedPorts for networks/nodes/domainNames',
    ],
  ],
  [
    'Pass in the baseline',
    'BaselineAdminNetworkPolicy',
    { subject: SUBJECT, ingress: [{ action: 'Pass', from: [SUBJECT] }] },
    ['spec.ingress[0].action: Unsupported value: "Pass": supported values: "Allow", "Deny"'],
  ],
  [
    'a priority in the baseline',
    'BaselineAdminNetworkPolicy',
    { subject: SUBJECT, priority: 1 },
    ['unknown field "spec.priority"'],
  ],
])('refused: %s', (_reason, kind, spec, issues) => {
  const result = decoded(kind, spec);
  expect(result.kind).toBe('invalid');
  expect(issuesOf(result)).toEqual(issues.map((issue) => `error: ${issue}`));
});

test('there is one baseline, named default', () => {
  const result = decoded('BaselineAdminNetworkPolicy', { subject: SUBJECT }, 'strict', 'other');
  expect(issuesOf(result)).toEqual([
    'error: metadata.name: Invalid value: Only one baseline admin network policy with metadata.name="default" can be created in the cluster',
  ]);
});

test('a network with host bits is masked, with a warning', () => {
  const result = decoded('ClusterNetworkPolicy', denyTo({ networks: ['10.0.0.1/8'] }));
  expect(result).toMatchObject({
    object: { egress: [{ peers: { peers: [{ blocks: [{ cidr: { first: 10 * 2 ** 24 } }] }] } }] },
  });
  expect(issuesOf(result)).toEqual([
    'warning: spec.egress[0].to[0].networks[0]: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)',
  ]);
});

// What a peer means that we do not know is decided by the rule: it fails closed.
test.each<[reason: string, peer: unknown, field: string, reading: Reading]>([
  ['domain names', { domainNames: ['example.com'] }, 'domainNames', 'strict'],
  ['a field of a newer API, stored', { services: {} }, 'services', 'stored'],
  [
    'a known field beside one of a newer API, stored',
    { namespaces: {}, services: {} },
    'services',
    'stored',
  ],
  ['a peer that an older server emptied', {}, '', 'stored'],
])('an unknown peer: %s', (_reason, peer, field, reading) => {
  const result = decoded('ClusterNetworkPolicy', denyTo(peer), reading);
  expect(result).toMatchObject({
    kind: 'object',
    object: { egress: [{ peers: { peers: [{ kind: 'unknown', field }] } }] },
    warnings: [{ code: 'ambiguous' }],
  });
});

test('an unknown field of a stored rule cannot be passed over', () => {
  const rule = { action: 'Deny', from: [SUBJECT], except: [] };
  expect(decoded('ClusterNetworkPolicy', cnp({ ingress: [rule] }), 'stored')).toMatchObject({
    kind: 'invalid',
    undecodable: { policyKind: 'ClusterNetworkPolicy', subject: { namespaces: [], pods: [] } },
  });
});

test('a label without a value is lost, as a server loses it, with a warning', () => {
  const subject = { namespaces: { matchLabels: { app: null } } };
  const result = decoded('ClusterNetworkPolicy', cnp({ subject }));
  expect(result).toMatchObject({ object: { subject: { namespaces: [], pods: [] } } });
  expect(issuesOf(result)).toEqual([
    'warning: spec.subject.namespaces.matchLabels.app: a custom resource loses a key that has no value',
  ]);
});

test('half a subject selects pods of every namespace', () => {
  const subject = { pods: { podSelector: A } };
  expect(decoded('ClusterNetworkPolicy', cnp({ subject }))).toMatchObject({
    object: { subject: { namespaces: [], pods: APP } },
  });
});

test.each([
  ['nothing in a list', { networks: [null] }, 'cannot unmarshal null'],
  ['a long network', { networks: [`${'0'.repeat(40)}::/32`] }, 'may not be more than 43 bytes'],
  ['half a domain name', { domainNames: ['example'] }, "should match '^"],
  ['a domain name twice', { domainNames: ['a.b', 'a.b'] }, 'Duplicate value: "a.b"'],
])('a peer is refused for %s', (_reason, peer, message) => {
  const result = decoded('ClusterNetworkPolicy', denyTo(peer));
  expect(result.kind).toBe('invalid');
  expect(issuesOf(result).filter((issue) => issue.startsWith('error'))).toEqual([
    expect.stringContaining(message),
  ]);
});
