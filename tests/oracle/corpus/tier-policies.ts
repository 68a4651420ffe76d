import { type Json, type JsonMap, mutations, REPLACEMENTS } from './mutations.ts';
import { CIDRS } from './values.ts';

/** Policies of the tiers, of today's kind and of the two that it replaces, right and wrong. */
export function* tierPolicies(): Generator<JsonMap> {
  const required = { tier: 'Admin', priority: 1, subject: EVERYONE };
  yield* changed(CLUSTER, CLUSTER_SPEC, required);
  yield* changed(ADMIN, ADMIN_SPEC, { priority: 1, subject: EVERYONE });
  yield* changed(BASELINE, BASELINE_SPEC, { subject: EVERYONE });
  for (const cidr of CIDRS) yield cluster({ egress: [{ ...ACCEPT, to: [{ networks: [cidr] }] }] });
  for (const subject of SUBJECTS) yield cluster({ subject });
  for (const priority of PRIORITIES) yield cluster({ priority });
  for (const protocol of PROTOCOLS) {
    const rule = { ...ACCEPT, from: [EVERYONE] };
    yield cluster({ ingress: [{ ...rule, protocols: [protocol] }] });
  }
  for (const peer of PEERS) {
    yield cluster({ egress: [{ ...ACCEPT, to: [peer] }] });
    yield cluster({
      egress: [{ ...ACCEPT, to: [peer], protocols: [{ destinationNamedPort: 'http' }] }],
    });
  }
  for (const port of PORTS) {
    const rule = { action: 'Deny', from: [EVERYONE], ports: [port] };
    yield { ...ADMIN, spec: { priority: 1, subject: EVERYONE, ingress: [rule] } };
  }
  for (const count of [25, 26, 100, 101]) {
    const ingress = Array.from({ length: count }, () => ({ ...ACCEPT, from: [EVERYONE] }));
    yield cluster({ ingress });
    const rules = ingress.map((rule) => ({ ...rule, action: 'Allow' }));
    yield { ...ADMIN, spec: { priority: 1, subject: EVERYONE, ingress: rules } };
    yield cluster({ ingress: [{ ...ACCEPT, from: ingress.map(() => EVERYONE) }] });
  }
  for (const name of ['n'.repeat(100), 'n'.repeat(101), 'é'.repeat(60)]) {
    yield cluster({ ingress: [{ ...ACCEPT, name, from: [EVERYONE] }] });
  }
  for (const name of ['default', 'other', 'Default', 'x'.repeat(254)]) {
    yield { ...BASELINE, metadata: { name }, spec: { subject: EVERYONE } };
    yield { ...CLUSTER, metadata: { name, namespace: 'shop' }, spec: required };
  }
}

/** A policy as it is, and with every mutation of each field of its spec by itself. */
function* changed(whole: JsonMap, spec: JsonMap, required: JsonMap): Generator<JsonMap> {
  yield { ...whole, spec };
  for (const name of Object.keys(required)) {
    const { [name]: _, ...rest } = required;
    yield { ...whole, spec: rest };
  }
  for (const [name, value] of Object.entries(spec)) {
    for (const mutated of [...REPLACEMENTS, ...mutations(value)]) {
      yield { ...whole, spec: { ...required, [name]: mutated } };
    }
  }
}

function cluster(spec: JsonMap): JsonMap {
  const whole = { tier: 'Admin', priority: 1, subject: EVERYONE, ...spec };
  return { ...CLUSTER, spec: whole };
}

const EVERYONE: JsonMap = { namespaces: {} };
const ACCEPT: JsonMap = { action: 'Accept' };

const CLUSTER: JsonMap = {
  apiVersion: 'policy.networking.k8s.io/v1alpha2',
  kind: 'ClusterNetworkPolicy',
  metadata: { name: 'a' },
};

const CLUSTER_SPEC: JsonMap = {
  tier: 'Admin',
  priority: 10,
  subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: 'a' } } } },
  ingress: [
    {
      name: 'monitoring',
      action: 'Accept',
      from: [{ namespaces: { matchLabels: { team: 'ops' } } }],
      protocols: [{ tcp: { destinationPort: { number: 9090 } } }],
    },
  ],
  egress: [
    {
      action: 'Deny',
      to: [{ networks: ['10.0.0.0/8', '2001:db8::/32'] }],
      protocols: [{ udp: { destinationPort: { range: { start: 1, end: 9 } } } }],
    },
  ],
};

const ADMIN: JsonMap = {
  apiVersion: 'policy.networking.k8s.io/v1alpha1',
  kind: 'AdminNetworkPolicy',
  metadata: { name: 'a' },
};

const ADMIN_SPEC: JsonMap = {
  priority: 10,
  subject: { namespaces: {} },
  ingress: [
    {
      name: 'monitoring',
      action: 'Allow',
      from: [{ pods: { namespaceSelector: {}, podSelector: {} } }],
      ports: [{ portNumber: { protocol: 'TCP', port: 9090 } }],
    },
  ],
};

const BASELINE: JsonMap = {
  apiVersion: 'policy.networking.k8s.io/v1alpha1',
  kind: 'BaselineAdminNetworkPolicy',
  metadata: { name: 'default' },
};

const BASELINE_SPEC: JsonMap = {
  subject: { namespaces: {} },
  egress: [{ action: 'Deny', to: [{ networks: ['10.0.0.0/8'] }], ports: [{ namedPort: 'http' }] }],
};

const SUBJECTS: readonly Json[] = [
  {},
  { namespaces: null },
  { namespaces: {}, pods: { namespaceSelector: {}, podSelector: {} } },
  { namespaces: {}, pods: null },
  { pods: {} },
  { pods: { podSelector: {} } },
  { pods: { namespaceSelector: {}, podSelector: null } },
  { namespaces: { matchLabels: { a: null } } },
  { namespaces: { matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] } },
  { namespaces: { matchExpressions: [{ key: 'a' }] } },
];

const PRIORITIES: readonly Json[] = [0, 1000, 1001, -1, 2 ** 31, 1.5, '1', null];

const PROTOCOLS: readonly Json[] = [
  { tcp: {} },
  { tcp: null },
  { tcp: { destinationPort: {} } },
  { tcp: { destinationPort: { number: 0 } } },
  { tcp: { destinationPort: { number: 65_535 } } },
  { sctp: { destinationPort: { number: 65_536 } } },
  { udp: { destinationPort: { number: 1, range: { start: 1, end: 2 } } } },
  { udp: { destinationPort: { range: { start: 1 } } } },
  { udp: { destinationPort: { range: { start: 2, end: 2 } } } },
  { udp: { destinationPort: { range: { start: 3, end: 2 } } } },
  { udp: { destinationPort: { range: { start: 0, end: 65_536 } } } },
  { tcp: { destinationPort: { number: 1 } }, udp: { destinationPort: { number: 1 } } },
  { destinationNamedPort: 'http' },
  { destinationNamedPort: '' },
  { icmp: {} },
  {},
  null,
];

const PEERS: readonly Json[] = [
  {},
  { nodes: {} },
  { nodes: {}, namespaces: {} },
  { networks: [] },
  { networks: ['10.0.0.0/8', '10.0.0.0/8'] },
  { networks: Array.from({ length: 26 }, (_, index) => `10.${index}.0.0/16`) },
  { networks: ['2001:0db8:0000:0000:0000:0000:0000:0000/00000032'] },
  { networks: [null] },
  { domainNames: ['example.com', '*.example.com.'] },
  { domainNames: ['example', 'Example.com', '-a.com', '*'] },
  { domainNames: [] },
  { pods: { namespaceSelector: {}, podSelector: {} } },
  { namespaces: {}, networks: ['10.0.0.0/8'] },
  null,
];

const PORTS: readonly Json[] = [
  {},
  { portNumber: { port: 80 } },
  { portNumber: { port: 80, protocol: 'ICMP' } },
  { portNumber: { port: 80, protocol: null } },
  { portNumber: { protocol: 'UDP' } },
  { portNumber: { port: 0 } },
  { portRange: { start: 1, end: 2 } },
  { portRange: { start: 2, end: 2 } },
  { portRange: { start: 3, end: 2, protocol: 'SCTP' } },
  { namedPort: 'http' },
  { namedPort: 'http', portNumber: { port: 80 } },
];
