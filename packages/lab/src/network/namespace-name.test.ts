import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { namespaceName, type NamespaceOwner } from './namespace-name.ts';

const PREFIX = 'rf-1x2y.';
const pod = (namespace: string, name: string): NamespaceOwner => ({ kind: 'pod', namespace, name });
const node = (name: string): NamespaceOwner => ({ kind: 'node', name });
const LONG = 'p'.repeat(253);

test.each([
  ['a pod', pod('shop', 'web-0'), 'rf-1x2y.shop.web-0'],
  ['a pod with dots in its name', pod('c', 'a.b'), 'rf-1x2y.c.a.b'],
  ['a node', node('worker-1.example.com'), 'rf-1x2y._node.worker-1.example.com'],
  ['the outside', { kind: 'outside' }, 'rf-1x2y._outside'],
] as const)('%s is called after itself', (_, owner, name) => {
  expect(namespaceName(PREFIX, owner)).toBe(name);
});

const ALIKE: readonly NamespaceOwner[] = [
  // A namespace may be called as a kind is, or begin as another one.
  pod('node', 'worker-1'),
  node('worker-1'),
  pod('outside', 'worker-1'),
  pod('a', 'b.c'),
  pod('a-b', 'c'),
  // None of these can be in Kubernetes: what is must keep its own name all the same.
  pod('a.b', 'c'),
  pod('_node', 'worker-1'),
  pod('a', 'B.c'),
  pod('a.B', 'c'),
  pod('a', 'b/c'),
  pod('a', 'b-c'),
  pod('..', 'x'),
  pod('a', '../x'),
  pod('', ''),
  node(''),
  node('worker_1'),
  node('wörker-1'),
  // Too long, and alike as far as they are kept.
  pod('n'.repeat(63), LONG),
  pod('n'.repeat(63), `${LONG.slice(1)}q`),
  node(LONG),
  node(`${LONG.slice(1)}q`),
  { kind: 'outside' },
];

test('names that could be mistaken for each other are others', () => {
  const names = ALIKE.map((owner) => namespaceName(PREFIX, owner));
  expect(new Set(names).size).toBe(ALIKE.length);
  // A pod cannot be called as the end of another one's cut name, either: that has an underscore.
  for (const name of names) {
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(name).toMatch(/^rf-1x2y\.[A-Za-z0-9._-]+$/);
  }
});

test('a name as long as a file can have is not cut, a longer one ends in a hash', () => {
  const fits = pod('shop', 'p'.repeat(255 - PREFIX.length - 'shop.'.length));
  const whole = namespaceName(PREFIX, fits);
  expect(whole).toHaveLength(255);
  expect(whole.endsWith('ppp')).toBe(true);
  const cut = namespaceName(`${PREFIX.slice(0, -1)}z.`, fits);
  expect(cut).toHaveLength(255);
  expect(cut).toMatch(/^rf-1x2yz\.shop\.p+_[a-z0-9]{15,19}$/);
});

test('the same one has the same name every time', () => {
  for (const owner of ALIKE)
    expect(namespaceName(PREFIX, owner)).toBe(namespaceName(PREFIX, owner));
});
