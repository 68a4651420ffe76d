import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, type Decoded, type DecodeOptions, listItems } from './decode.ts';
import { KINDS } from './schema/kinds.ts';

const STRICT: DecodeOptions = { namespace: 'shop', reading: 'strict' };
const STORED: DecodeOptions = { namespace: 'shop', reading: 'stored' };

function issuesOf(value: unknown, options = STRICT): readonly string[] {
  const decoded = decode(value, options);
  return decoded.kind === 'invalid'
    ? decoded.issues.map(({ message, hint }) => `${message} => ${hint}`)
    : [];
}

test.each<[reason: string, value: unknown, issues: readonly string[]]>([
  [
    'no apiVersion',
    { kind: 'NetworkPolicy', metadata: { name: 'a' } },
    ['apiVersion not set => write `apiVersion: networking.k8s.io/v1`'],
  ],
  [
    'no kind',
    { apiVersion: 'networking.k8s.io/v1', metadata: { name: 'a' } },
    ['kind not set => write `kind: NetworkPolicy`'],
  ],
  [
    'no kind, where there are several',
    { apiVersion: 'v1', metadata: { name: 'a' } },
    ['kind not set => '],
  ],
  ['neither', { metadata: { name: 'a' } }, ['apiVersion not set => ', 'kind not set => ']],
  [
    'a misspelt one',
    { apiversion: 'v1', kind: 'Pod', metadata: { name: 'a' } },
    ['apiVersion not set => write `apiVersion`, not `apiversion`'],
  ],
  [
    'a number',
    { apiVersion: 1, kind: 'Pod' },
    ['apiVersion: cannot unmarshal number into a field of type string => '],
  ],
  [
    'a text',
    'hello',
    ['cannot unmarshal string into a field of type object => a manifest is a mapping'],
  ],
  ['a list', [], ['cannot unmarshal array into a field of type object => a manifest is a mapping']],
  [
    'nothing',
    undefined,
    ['cannot unmarshal undefined into a field of type object => a manifest is a mapping'],
  ],
])('not an object of Kubernetes: %s', (_reason, value, issues) => {
  expect(issuesOf(value)).toEqual(issues);
});

test('part of a spec is answered with the whole document', () => {
  const egress = [{ to: [{ ipBlock: { cidr: '10.0.0.0/24' } }] }];
  const decoded = decode({ egress }, STRICT);
  expect(decoded).toMatchObject({
    kind: 'invalid',
    issues: [
      {
        code: 'misplaced',
        path: [],
        message: expect.stringContaining('a part of the spec of a NetworkPolicy'),
      },
    ],
  });
  expect(issuesOf({ egress })[0]).toContain(`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: my-policy
spec:
  podSelector: {}
  policyTypes:
  - Egress
  egress:
  - to:
    - ipBlock:
        cidr: 10.0.0.0/24`);
});

test('kinds that say nothing about connections are named, and not read', () => {
  expect(decode({ apiVersion: 'v1', kind: 'ConfigMap', data: 1 }, STRICT)).toEqual({
    kind: 'otherKind',
    apiVersion: 'v1',
    objectKind: 'ConfigMap',
    foreignPolicy: false,
  });
});

test('an invalid object is named as far as it can be', () => {
  const ref = (value: object): unknown => {
    const decoded = decode({ apiVersion: 'v1', kind: 'Pod', ...value }, STRICT);
    return decoded.kind === 'invalid' && decoded.ref;
  };
  expect(ref({ metadata: { name: 'A' } })).toEqual({ kind: 'Pod', namespace: 'shop', name: 'A' });
  expect(ref({ metadata: { name: 5, namespace: 'x' } })).toEqual({
    kind: 'Pod',
    namespace: 'x',
    name: '',
  });
  expect(ref({ metadata: 5 })).toEqual({ kind: 'Pod', namespace: 'shop', name: '' });
});

function undecodableSubject(kind: keyof typeof KINDS, spec: unknown): unknown {
  const { apiVersion } = KINDS[kind];
  const decoded = decode({ apiVersion, kind, metadata: { name: 'a' }, spec }, STORED);
  return decoded.kind === 'invalid' && decoded.undecodable?.subject;
}

const OWN_NAMESPACE = [
  { kind: 'in', key: 'kubernetes.io/metadata.name', values: new Set(['shop']) },
];
const WEB = [{ kind: 'in', key: 'app', values: new Set(['web']) }];

test.each<[reason: string, kind: keyof typeof KINDS, spec: unknown, subject: unknown]>([
  [
    'what it selects',
    'NetworkPolicy',
    { podSelector: { matchLabels: { app: 'web' } }, egress: 5 },
    { namespaces: OWN_NAMESPACE, pods: WEB },
  ],
  [
    'its namespace, without a selector',
    'NetworkPolicy',
    { egress: 5 },
    { namespaces: OWN_NAMESPACE, pods: [] },
  ],
  [
    'its namespace, where the selector is broken',
    'NetworkPolicy',
    { podSelector: { matchExpressions: [{ key: 'a', operator: 'in' }] } },
    { namespaces: OWN_NAMESPACE, pods: [] },
  ],
  [
    'its namespace, where the selector is of a newer API',
    'NetworkPolicy',
    { podSelector: { matchLabels: { app: 'web' }, newer: 1 } },
    { namespaces: OWN_NAMESPACE, pods: [] },
  ],
  [
    'its namespace, where the spec is no object',
    'NetworkPolicy',
    5,
    { namespaces: OWN_NAMESPACE, pods: [] },
  ],
  [
    'what a tier selects',
    'ClusterNetworkPolicy',
    { subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: 'web' } } } } },
    { namespaces: [], pods: WEB },
  ],
  [
    'namespaces that a tier selects',
    'AdminNetworkPolicy',
    { subject: { namespaces: { matchLabels: { app: 'web' } } } },
    { namespaces: WEB, pods: [] },
  ],
  [
    'everybody, where a tier does not say',
    'ClusterNetworkPolicy',
    {},
    { namespaces: [], pods: [] },
  ],
  [
    'everybody, where a tier says it in a newer way',
    'ClusterNetworkPolicy',
    { subject: { nodes: {} } },
    { namespaces: [], pods: [] },
  ],
  ['nothing, for what is no policy', 'Pod', 5, undefined],
])('what cannot be read isolates: %s', (_reason, kind, spec, subject) => {
  expect(undecodableSubject(kind, spec)).toEqual(subject);
});

test.each<[reason: string, value: unknown, items: unknown]>([
  [
    'a list of anything',
    { apiVersion: 'v1', kind: 'List', items: [{ kind: 'Pod' }, 5] },
    [
      { value: { kind: 'Pod' }, path: ['items', 0] },
      { value: 5, path: ['items', 1] },
    ],
  ],
  [
    'a list of one kind',
    { apiVersion: 'v1', kind: 'PodList', items: [{ metadata: {} }] },
    [{ value: { apiVersion: 'v1', kind: 'Pod', metadata: {} }, path: ['items', 0] }],
  ],
  ['an empty list', { apiVersion: 'v1', kind: 'PodList', items: null }, []],
  ['no items', { apiVersion: 'v1', kind: 'PodList' }, []],
  [
    'a kind of another product',
    { apiVersion: 'example.com/v1', kind: 'AllowList', spec: {} },
    undefined,
  ],
  ['no list', { kind: 'Pod', items: [] }, undefined],
  ['no object', 5, undefined],
])('items: %s', (_reason, value, items) => {
  expect(listItems(value)).toEqual(items);
});

const kinds = fc.constantFrom(...Object.entries(KINDS));
const json = fc.jsonValue({ maxDepth: 5 });

test('decode is total', () => {
  fc.assert(
    fc.property(
      json,
      kinds,
      json,
      fc.boolean(),
      (anything, [kind, { apiVersion }], spec, strict) => {
        const options = strict ? STRICT : STORED;
        decode(anything, options);
        listItems(anything);
        const decoded: Decoded = decode({ apiVersion, kind, metadata: anything, spec }, options);
        expect(decoded.kind).not.toBe('otherKind');
      },
    ),
    { numRuns: 2_000 },
  );
});
