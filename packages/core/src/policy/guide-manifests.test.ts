import { expect, test } from 'vitest';
import { decode, type Decoded } from '../decode.ts';

/** What people write, as guides teach it or by mistake, and what becomes of it. */
interface Case {
  readonly spec?: unknown;
  /** Takes the place of the whole object, or of parts of it. */
  readonly object?: object;
  readonly reading?: 'stored';
  /** The beginnings of the errors, without their paths' common start; none: accepted. */
  readonly errors?: readonly string[];
  readonly warnings?: readonly string[];
  /** Part of what the policy means. */
  readonly means?: object;
}

const A = { matchLabels: { app: 'a' } };
const B = { matchLabels: { team: 'b' } };
const APP = [{ kind: 'in', key: 'app', values: new Set(['a']) }];
const from = (...peers: readonly unknown[]): object => ({ ingress: [{ from: peers }] });
const ports = (...list: readonly unknown[]): object => ({ ingress: [{ ports: list }] });
const DENY = { kind: 'isolated', rules: [] };
const OPEN = { kind: 'notIsolated' };
const ANYONE = { kind: 'anyone' };
const OWN_PODS = { kind: 'pods', namespaces: { kind: 'own' } };
const rule = (part: object): object => ({ ingress: { kind: 'isolated', rules: [part] } });
const peers = (...list: readonly object[]): object =>
  rule({ peers: { kind: 'peers', peers: list } });
const PEER = 'spec.ingress[0].from[0]';
const PORT = 'spec.ingress[0].ports[0]';

test.each<[row: number, written: string, expected: Case]>([
  [
    1,
    'NamespaceSelector alone',
    { spec: from({ NamespaceSelector: B }), errors: [`unknown field "${PEER}.NamespaceSelector"`] },
  ],
  [
    2,
    'NamespaceSelector beside podSelector',
    {
      spec: from({ podSelector: A, NamespaceSelector: B }),
      errors: [`unknown field "${PEER}.NamespaceSelector"`],
    },
  ],
  [3, 'podSelector: null', { spec: { podSelector: null }, means: { subject: [] } }],
  [3, 'podSelector: {}', { spec: { podSelector: {} }, means: { subject: [] } }],
  [3, 'no podSelector', { spec: {}, means: { subject: [] } }],
  [
    4,
    '- podSelector: null',
    { spec: from({ podSelector: null }), errors: [`${PEER}: Required value: must specify a peer`] },
  ],
  [5, 'matchLabels: {}', { spec: { podSelector: { matchLabels: {} } }, means: { subject: [] } }],
  [
    5,
    'matchLabels: null',
    { spec: { podSelector: { matchLabels: null } }, means: { subject: [] } },
  ],
  [
    6,
    'from: [] with ports',
    {
      spec: { ingress: [{ from: [], ports: [{ port: 80 }] }] },
      means: rule({ peers: ANYONE, ports: { kind: 'ports' } }),
    },
  ],
  [
    7,
    'from: null',
    { spec: { ingress: [{ from: null }] }, means: rule({ peers: ANYONE, ports: { kind: 'any' } }) },
  ],
  [
    7,
    'ports: []',
    { spec: { ingress: [{ ports: [] }] }, means: rule({ peers: ANYONE, ports: { kind: 'any' } }) },
  ],
  [8, 'ingress: []', { spec: { ingress: [] }, means: { ingress: DENY } }],
  [8, 'ingress: null', { spec: { ingress: null }, means: { ingress: DENY } }],
  [
    9,
    'ingress: [{}]',
    { spec: { ingress: [{}] }, means: rule({ peers: ANYONE, ports: { kind: 'any' } }) },
  ],
  [10, 'from: [{}]', { spec: from({}), errors: [`${PEER}: Required value: must specify a peer`] }],
  [
    10,
    'from: [null]',
    { spec: from(null), errors: [`${PEER}: Required value: must specify a peer`] },
  ],
  [11, 'no apiVersion', { object: { apiVersion: undefined }, errors: ['apiVersion not set'] }],
  [
    12,
    'apiVersion: v1',
    {
      object: { apiVersion: 'v1' },
      errors: ['no matches for kind "NetworkPolicy" in version "v1"'],
    },
  ],
  [
    12,
    'apiVersion: networking.k8s.io',
    {
      object: { apiVersion: 'networking.k8s.io' },
      errors: ['no matches for kind "NetworkPolicy" in version "networking.k8s.io"'],
    },
  ],
  [
    12,
    'apiVersion: extensions/v1beta1',
    {
      object: { apiVersion: 'extensions/v1beta1' },
      errors: ['no matches for kind "NetworkPolicy" in version "extensions/v1beta1"'],
    },
  ],
  [
    13,
    'apiVersion: networking/v1',
    {
      object: { apiVersion: 'networking/v1' },
      errors: ['no matches for kind "NetworkPolicy" in version "networking/v1"'],
    },
  ],
  [
    14,
    'egress rules, no policyTypes',
    { spec: { egress: [{}] }, means: { ingress: DENY, egress: { kind: 'isolated' } } },
  ],
  [
    15,
    'egress: [], no policyTypes',
    {
      spec: { egress: [] },
      means: { ingress: DENY, egress: OPEN },
      warnings: ['spec.egress: without policyTypes an empty list does not isolate for egress'],
    },
  ],
  [
    16,
    'ingress rules, no policyTypes',
    { spec: { ingress: [{}] }, means: { ingress: { kind: 'isolated' }, egress: OPEN } },
  ],
  [
    17,
    'policyTypes: [Egress] with ingress rules',
    {
      spec: { policyTypes: ['Egress'], ingress: [{}] },
      means: { ingress: OPEN, egress: DENY },
      warnings: ['spec.ingress: these rules have no effect'],
    },
  ],
  [
    18,
    'policyTypes: [ingress]',
    {
      spec: { policyTypes: ['ingress'] },
      errors: [
        'spec.policyTypes[0]: Unsupported value: "ingress": supported values: "Ingress", "Egress"',
      ],
    },
  ],
  [
    19,
    'protocol: tcp',
    {
      spec: ports({ protocol: 'tcp', port: 80 }),
      errors: [`${PORT}.protocol: Unsupported value: "tcp"`],
    },
  ],
  [
    20,
    'a port without protocol',
    {
      spec: ports({ port: 53 }),
      means: rule({ ports: { kind: 'ports', ports: [{ protocol: 'TCP', from: 53, to: 53 }] } }),
    },
  ],
  [
    21,
    'port: "80"',
    {
      spec: ports({ port: '80' }),
      errors: [`${PORT}.port: Invalid value: "80": must contain at least one letter (a-z)`],
    },
  ],
  [
    22,
    'port: http',
    {
      spec: ports({ port: 'http' }),
      means: rule({
        ports: { kind: 'ports', ports: [{ kind: 'named', protocol: 'TCP', name: 'http' }] },
      }),
    },
  ],
  [
    23,
    'ports beside podSelector',
    { spec: from({ podSelector: A, ports: [] }), errors: [`unknown field "${PEER}.ports"`] },
  ],
  [
    24,
    'cidr: 10.0.0.5/24, new',
    {
      spec: from({ ipBlock: { cidr: '10.0.0.5/24' } }),
      errors: [
        `${PEER}.ipBlock.cidr: Invalid value: "10.0.0.5/24": must not have bits set beyond the prefix length`,
      ],
    },
  ],
  [
    24,
    'cidr: 10.0.0.5/24, stored',
    {
      reading: 'stored',
      spec: from({ ipBlock: { cidr: '10.0.0.5/24' } }),
      means: peers({ blocks: [{ cidr: { first: 10 * 2 ** 24, length: 24 } }] }),
      warnings: [
        `${PEER}.ipBlock.cidr: CIDR value "10.0.0.5/24" is ambiguous in this context (should be "10.0.0.0/24" or "10.0.0.5/32"?)`,
      ],
    },
  ],
  [
    25,
    'cidr: 10.0.0.5',
    {
      spec: from({ ipBlock: { cidr: '10.0.0.5' } }),
      errors: [`${PEER}.ipBlock.cidr: Invalid value: "10.0.0.5": must be a valid CIDR value`],
    },
  ],
  [
    26,
    'except equal to cidr',
    {
      spec: from({ ipBlock: { cidr: '10.0.0.0/24', except: ['10.0.0.0/24'] } }),
      errors: [
        `${PEER}.ipBlock.except[0]: Invalid value: "10.0.0.0/24": must be a strict subset of \`cidr\``,
      ],
    },
  ],
  [
    27,
    'ipBlock beside podSelector',
    {
      spec: from({ ipBlock: { cidr: '10.0.0.0/24' }, podSelector: A }),
      errors: [`${PEER}: Forbidden: may not specify both ipBlock and another peer`],
    },
  ],
  // 28, duplicate keys: gone when a reader has made a value; the readers of manifests report them.
  [
    29,
    'labels: {a: yes}',
    {
      object: { metadata: { name: 'p', labels: { a: true } } },
      errors: ['metadata.labels.a: cannot unmarshal bool into a field of type string'],
    },
  ],
  [
    29,
    'labels: {a: 1.10}',
    {
      object: { metadata: { name: 'p', labels: { a: 1.1 } } },
      errors: ['metadata.labels.a: cannot unmarshal number into a field of type string'],
    },
  ],
  [
    30,
    'matchLabels: {a: on}',
    {
      spec: { podSelector: { matchLabels: { a: true } } },
      errors: ['spec.podSelector.matchLabels.a: cannot unmarshal bool into a field of type string'],
    },
  ],
  [
    31,
    'operator: in',
    {
      spec: { podSelector: { matchExpressions: [{ key: 'a', operator: 'in', values: ['b'] }] } },
      errors: [
        'spec.podSelector.matchExpressions[0].operator: Invalid value: "in": not a valid selector operator',
      ],
    },
  ],
  [
    31,
    'operator: Equals',
    {
      spec: {
        podSelector: { matchExpressions: [{ key: 'a', operator: 'Equals', values: ['b'] }] },
      },
      errors: [
        'spec.podSelector.matchExpressions[0].operator: Invalid value: "Equals": not a valid selector operator',
      ],
    },
  ],
  [
    32,
    'operator: Exists with values: []',
    {
      spec: { podSelector: { matchExpressions: [{ key: 'a', operator: 'Exists', values: [] }] } },
      means: { subject: [{ kind: 'exists', key: 'a' }] },
    },
  ],
  [
    33,
    'endPort without port',
    {
      spec: ports({ endPort: 80 }),
      errors: [
        `${PORT}.endPort: Invalid value: 80: may not be specified when \`port\` is not specified`,
      ],
    },
  ],
  [
    33,
    'endPort with a named port',
    {
      spec: ports({ port: 'http', endPort: 80 }),
      errors: [
        `${PORT}.endPort: Invalid value: 80: may not be specified when \`port\` is non-numeric`,
      ],
    },
  ],
  [
    33,
    'endPort below port',
    {
      spec: ports({ port: 90, endPort: 80 }),
      errors: [`${PORT}.endPort: Invalid value: 90: must be greater than or equal to \`port\``],
    },
  ],
  [
    34,
    'a namespace by its label `name`',
    {
      spec: from({ namespaceSelector: { matchLabels: { name: 'foo' } } }),
      means: peers({
        namespaces: { kind: 'matching', namespaces: [{ key: 'name', values: new Set(['foo']) }] },
      }),
    },
  ],
  [
    35,
    'matchNames',
    {
      spec: from({ namespaceSelector: { matchNames: ['foo'] } }),
      errors: [`unknown field "${PEER}.namespaceSelector.matchNames"`],
    },
  ],
  [
    36,
    'two dashes',
    {
      spec: from({ podSelector: A }, { namespaceSelector: {} }),
      means: peers(
        { ...OWN_PODS, pods: APP },
        { namespaces: { kind: 'matching', namespaces: [] }, pods: [] },
      ),
      warnings: ['spec.ingress[0].from[1]: this item and the one before it are alternatives'],
    },
  ],
  [37, 'status: {}', { object: { status: {} }, errors: ['unknown field "status"'] }],
  [37, 'spec.status', { spec: { status: {} }, errors: ['unknown field "spec.status"'] }],
  [
    37,
    'status of an old server',
    { reading: 'stored', object: { status: {} }, means: { name: 'p' } },
  ],
  [
    38,
    'what a server wrote',
    {
      object: {
        metadata: {
          name: 'p',
          uid: 'u',
          resourceVersion: '1',
          creationTimestamp: '2026-01-01T00:00:00Z',
          generation: 4,
          managedFields: [{}],
          selfLink: '/',
        },
      },
      means: { generation: 4 },
    },
  ],
  [
    39,
    'a name in capitals',
    {
      object: { metadata: { name: 'My_Policy' } },
      errors: ['metadata.name: Invalid value: "My_Policy": a lowercase RFC 1123 subdomain'],
    },
  ],
  // 40: whether a namespace exists is the server's business; a policy may come before its namespace.
  [
    40,
    'a namespace that is missing',
    { object: { metadata: { name: 'p', namespace: 'missing' } }, means: { namespace: 'missing' } },
  ],
])('row %i: %s', (_row, _written, { spec, object, reading, errors, warnings, means }) => {
  const value = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'p' },
    spec,
    ...object,
  };
  const decoded = decode(value, { namespace: 'shop', reading: reading ?? 'strict' });
  expectMessages(decoded, 'error', errors ?? []);
  expectMessages(decoded, 'warning', warnings ?? []);
  if (means !== undefined) expect(decoded).toMatchObject({ kind: 'object', object: means });
});

function expectMessages(decoded: Decoded, severity: string, heads: readonly string[]): void {
  if (decoded.kind === 'otherKind') throw new Error('not decoded');
  const issues = decoded.kind === 'invalid' ? decoded.issues : decoded.warnings;
  const found = issues.filter((issue) => issue.severity === severity).map(({ message }) => message);
  expect(found.map((message, index) => message.slice(0, heads[index]?.length ?? 80))).toEqual(
    heads,
  );
}
