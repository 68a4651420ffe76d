import { type Change, decode, type KubernetesObject } from '@ringfence/core';
import { expect, test } from 'vitest';
import { changesBetween } from './changes.ts';

const NETWORKING = 'networking.k8s.io/v1';

function object(kind: string, name: string, rest: object = {}): KubernetesObject {
  const apiVersion =
    kind === 'NetworkPolicy' ? NETWORKING : kind === 'Deployment' ? 'apps/v1' : 'v1';
  const decoded = decode(
    { apiVersion, kind, metadata: { name }, ...rest },
    { namespace: 'shop', reading: 'strict' },
  );
  if (decoded.kind !== 'object') throw new Error(JSON.stringify(decoded));
  return decoded.object;
}

const CONTAINERS = [{ name: 'web', image: 'web' }];
const pod = (name: string, labels: object = {}, status: object = {}): KubernetesObject =>
  object('Pod', name, { metadata: { name, labels }, spec: { containers: CONTAINERS }, status });
const policy = (name: string, ...values: readonly string[]): KubernetesObject =>
  object('NetworkPolicy', name, {
    spec: {
      podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: [...values, 'z'] }] },
      ingress: [{ from: [{ ipBlock: { cidr: '2001:db8::/32' } }] }],
    },
  });

function written(changes: readonly Change[]): readonly string[] {
  return changes.map((change) => {
    if (change.kind === 'upsert') return `+${change.object.kind} ${change.object.name}`;
    if (change.kind === 'delete') return `-${change.ref.kind} ${change.ref.name}`;
    throw new Error('nothing here knows which policies are to be entombed');
  });
}

const address = (ip: string): object => ({ podIPs: [{ ip }] });

test.each<
  [
    reason: string,
    before: readonly KubernetesObject[],
    after: readonly KubernetesObject[],
    expected: readonly string[],
  ]
>([
  ['read again (maps, sets, big integers)', [policy('a', 'x', 'y')], [policy('a', 'x', 'y')], []],
  ['labels in another order', [pod('a', { x: '1', y: '2' })], [pod('a', { y: '2', x: '1' })], []],
  ['values in another order', [policy('a', 'x', 'y')], [policy('a', 'y', 'x')], []],
  ['objects in another order', [pod('a'), pod('b')], [pod('b'), pod('a')], []],
  ['another label', [pod('a', { x: '1' })], [pod('a', { x: '2' })], ['+Pod a']],
  ['one value less', [policy('a', 'x', 'y')], [policy('a', 'x')], ['+NetworkPolicy a']],
  [
    'the last bit of an address',
    [pod('a', {}, address('2001:db8::1'))],
    [pod('a', {}, address('2001:db8::2'))],
    ['+Pod a'],
  ],
  ['another kind, the same name', [pod('a')], [policy('a')], ['-Pod a', '+NetworkPolicy a']],
])('%s', (_reason, before, after, expected) => {
  expect(written(changesBetween(before, after))).toEqual(expected);
});

test('no pod is ever without its policies', () => {
  const deployment = (name: string): KubernetesObject =>
    object('Deployment', name, {
      spec: {
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: { containers: CONTAINERS } },
      },
    });
  const all = (name: string): readonly KubernetesObject[] => [
    pod(name),
    deployment(name),
    policy(name),
    object('Node', name),
    object('Namespace', name),
  ];
  expect(written(changesBetween(all('a'), all('b')))).toEqual([
    '-Pod a',
    '+Namespace b',
    '+Node b',
    '+NetworkPolicy b',
    '+Deployment b',
    '+Pod b',
    '-Deployment a',
    '-NetworkPolicy a',
    '-Node a',
    '-Namespace a',
  ]);
});
