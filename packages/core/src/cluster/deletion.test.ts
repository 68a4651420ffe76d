import { describe, expect, test } from 'vitest';
import { evaluate } from '../evaluate/evaluate.ts';
import type { Namespace, Pod } from '../objects/object.ts';
import type { NetworkPolicy } from '../policy/policy.ts';
import type { Change } from './change.ts';
import { createCluster } from './create-cluster.ts';
import { deletionOf } from './deletion.ts';

const CLOSED: NetworkPolicy = {
  kind: 'NetworkPolicy',
  namespace: 'shop',
  name: 'closed',
  generation: 1,
  subject: [],
  egress: { kind: 'notIsolated' },
  ingress: { kind: 'isolated', rules: [] },
};
const POLICY = { kind: 'NetworkPolicy', namespace: 'shop', name: 'closed' } as const;

const upsert = (object: NetworkPolicy | Namespace | Pod): Change => ({ kind: 'upsert', object });
const remove = (kind: string, name: string): Change => ({
  kind: 'delete',
  ref: { kind, namespace: kind === 'Namespace' ? '' : 'shop', name },
});
const namespace = (terminating: boolean): Change =>
  upsert({
    kind: 'Namespace',
    name: 'shop',
    labels: new Map([['kubernetes.io/metadata.name', 'shop']]),
    terminating,
  });
const pod = (name: string, last: number, finished = false): Change =>
  upsert({
    kind: 'Pod',
    namespace: 'shop',
    name,
    uid: name,
    labels: new Map(),
    owner: undefined,
    node: 'node-1',
    hostNetwork: false,
    finished,
    terminating: false,
    createdAt: 0,
    addresses: [{ family: 'IPv4', value: 0x0a00_0000 + last }],
    ports: [],
    hostname: '',
    subdomain: '',
  });
const ENTOMB: Change = { kind: 'entomb', policy: CLOSED };

/** Whether the outside gets into pod `web` after these changes. */
function isOpen(changes: readonly Change[]): boolean {
  const cluster = createCluster();
  for (const change of changes) cluster.apply(change);
  const { verdict } = evaluate(cluster, {
    from: { kind: 'address', address: { family: 'IPv4', value: 1 } },
    to: { kind: 'pod', namespace: 'shop', name: 'web' },
    protocol: 'TCP',
    port: 80,
    family: 'IPv4',
    viaService: false,
  });
  return verdict === 'allow';
}

describe('deletionOf', () => {
  test.each([
    ['a policy of a living namespace is gone', false, 'delete'],
    ['a policy of a terminating namespace is entombed', true, 'entomb'],
  ])('%s', (_, terminating, kind) => {
    const cluster = createCluster();
    for (const change of [namespace(terminating), pod('web', 1), upsert(CLOSED)])
      cluster.apply(change);
    expect(deletionOf(cluster, POLICY).kind).toBe(kind);
  });

  test('a policy that is not there cannot be kept', () => {
    const cluster = createCluster();
    cluster.apply(namespace(true));
    expect(deletionOf(cluster, POLICY).kind).toBe('delete');
  });
});

describe('an entombed policy', () => {
  const dying = [namespace(true), pod('web', 1), pod('db', 2), upsert(CLOSED), ENTOMB];

  test.each<[reason: string, changes: readonly Change[], open: boolean]>([
    ['stays in force', dying, false],
    [
      'no longer counts as a policy, and stays',
      [...dying, remove('NetworkPolicy', 'closed')],
      false,
    ],
    ['stays while another pod is there', [...dying, remove('Pod', 'db')], false],
    [
      'stays although the namespace is said to be gone before its pods',
      [...dying, remove('Namespace', 'shop')],
      false,
    ],
    [
      'outlives a restart in which the pods come last',
      [ENTOMB, namespace(true), pod('web', 1)],
      false,
    ],
    ['is let go when its namespace turns out to live', [...dying, namespace(false)], true],
    [
      'is let go with the last pod: a namespace of the same name starts open',
      [...dying, remove('Pod', 'web'), remove('Pod', 'db'), pod('web', 1)],
      true,
    ],
    [
      'is let go when the last pod has finished',
      [...dying, pod('db', 2, true), pod('web', 1, true), pod('web', 1)],
      true,
    ],
    [
      'is let go with a namespace that has no pods',
      [ENTOMB, namespace(true), remove('Namespace', 'shop'), pod('web', 1)],
      true,
    ],
  ])('%s', (_, changes, open) => {
    expect(isOpen(changes)).toBe(open);
  });

  test('is listed apart from the policies', () => {
    const cluster = createCluster();
    for (const change of dying) cluster.apply(change);
    expect([...cluster.policies()]).toEqual([]);
    expect([...cluster.tombstones()]).toEqual([CLOSED]);
  });
});
