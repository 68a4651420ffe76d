import {
  type Change,
  createCluster,
  decode,
  type KubernetesObject,
  type NetworkPolicy,
} from '@ringfence/core';
import { describe, expect, test } from 'vitest';
import { createKnownObjects } from './known-objects.ts';

function objectOf(manifest: object): KubernetesObject {
  const decoded = decode(manifest, { namespace: 'default', reading: 'strict' });
  if (decoded.kind !== 'object') throw new Error(JSON.stringify(decoded));
  return decoded.object;
}

function namespace(name: string, phase = 'Active'): KubernetesObject {
  const metadata =
    phase === 'Active' ? { name } : { name, deletionTimestamp: '2026-01-01T00:00:00Z' };
  return objectOf({ apiVersion: 'v1', kind: 'Namespace', metadata, status: { phase } });
}

function pod(name: string, phase: string = 'Running'): KubernetesObject {
  return objectOf({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop' },
    spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'any' }] },
    status: { phase, podIPs: [{ ip: '10.0.0.1' }] },
  });
}

function policy(name: string, more: object = {}): NetworkPolicy {
  const object = objectOf({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'shop' },
    spec: { podSelector: {}, policyTypes: ['Ingress'], ...more },
  });
  if (object.kind !== 'NetworkPolicy') throw new Error(object.kind);
  return object;
}

/** What was said to a cluster, in words; each change is applied before the next one is asked for. */
interface Told {
  replace(
    objects: readonly KubernetesObject[],
    tombstones?: readonly NetworkPolicy[],
  ): readonly string[];
  change(...changes: readonly Change[]): readonly string[];
  readonly cluster: ReturnType<typeof createCluster>;
}

function told(): Told {
  const cluster = createCluster();
  const known = createKnownObjects(cluster);
  const apply = (changes: Iterable<Change>): readonly string[] => {
    const words: string[] = [];
    for (const change of changes) {
      cluster.apply(change);
      words.push(textOf(change));
    }
    return words;
  };
  return {
    cluster,
    replace: (objects, tombstones) => apply(known.replace(objects, tombstones)),
    change: (...changes) => apply(known.change(changes)),
  };
}

function textOf(change: Change): string {
  if (change.kind === 'delete') return `delete ${change.ref.kind} ${change.ref.name}`;
  if (change.kind === 'entomb') return `entomb ${change.policy.name}`;
  return `upsert ${change.object.kind} ${change.object.name}`;
}

const refTo = (object: KubernetesObject, kind: string = object.kind): Change => ({
  kind: 'delete',
  ref: { kind, namespace: 'namespace' in object ? object.namespace : '', name: object.name },
});
const upsert = (object: KubernetesObject): Change => ({ kind: 'upsert', object });

describe('replace', () => {
  test('tells of namespaces, then of policies, then of the pods that they protect', () => {
    expect(told().replace([pod('web'), policy('closed'), namespace('shop')])).toEqual([
      'upsert Namespace shop',
      'upsert NetworkPolicy closed',
      'upsert Pod web',
    ]);
  });

  test('deletes what is not told of any more, after all that is', () => {
    const { replace, cluster } = told();
    replace([namespace('shop'), policy('closed'), pod('web'), pod('db')]);
    expect(replace([namespace('shop'), policy('closed'), pod('new')])).toEqual([
      'upsert Namespace shop',
      'upsert NetworkPolicy closed',
      'upsert Pod new',
      'delete Pod web',
      'delete Pod db',
    ]);
    expect([...cluster.pods()].map(({ object }) => object.name)).toEqual(['new']);
  });

  test('deletes what came by a change, and not again what went by one', () => {
    const { replace, change } = told();
    replace([namespace('shop'), pod('web')]);
    change(upsert(pod('db')), refTo(pod('web')));
    expect(replace([namespace('shop')])).toEqual(['upsert Namespace shop', 'delete Pod db']);
  });

  test('entombs a policy that went unseen while its namespace is terminating', () => {
    const { replace, cluster } = told();
    replace([namespace('shop'), policy('closed'), pod('web')]);
    expect(replace([namespace('shop', 'Terminating'), pod('web')])).toEqual([
      'upsert Namespace shop',
      'upsert Pod web',
      'entomb closed',
    ]);
    expect([...cluster.tombstones()].map(({ name }) => name)).toEqual(['closed']);
    // It was forgotten with that: it is not deleted another time.
    expect(replace([namespace('shop', 'Terminating'), pod('web')])).toEqual([
      'upsert Namespace shop',
      'upsert Pod web',
    ]);
    expect([...cluster.tombstones()]).toHaveLength(1);
  });

  test('keeps the tombstones whose namespaces are there', () => {
    const { replace, cluster } = told();
    const kept = [policy('closed'), { ...policy('elsewhere'), namespace: 'gone' }];
    replace([pod('web'), namespace('shop', 'Terminating')], kept);
    expect([...cluster.tombstones()].map(({ name }) => name)).toEqual(['closed']);
  });

  test('a policy that came again counts beside what was kept of it', () => {
    const { replace, cluster } = told();
    replace([pod('web'), namespace('shop', 'Terminating'), policy('closed')], [policy('closed')]);
    expect([...cluster.policies()]).toHaveLength(1);
    expect([...cluster.tombstones()]).toHaveLength(1);
  });

  test('a pod that has finished does not let tombstones go, while others have not', () => {
    const { replace, cluster } = told();
    const done = pod('done', 'Succeeded');
    replace([done, pod('web'), namespace('shop', 'Terminating')], [policy('closed')]);
    expect([...cluster.tombstones()].map(({ name }) => name)).toEqual(['closed']);
  });

  test('names that differ in where their parts end are different objects', () => {
    const { replace } = told();
    const one: KubernetesObject = { ...policy('bc'), namespace: 'a' };
    const other: KubernetesObject = { ...policy('c'), namespace: 'ab' };
    replace([one, other]);
    expect(replace([other])).toEqual(['upsert NetworkPolicy c', 'delete NetworkPolicy bc']);
  });

  test('what cannot be decoded is the policy that it would be', () => {
    const { replace, change } = told();
    const decoded = decode(
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'closed', namespace: 'shop' },
        spec: { podSelector: {}, ingress: 'everything' },
      },
      { namespace: 'default', reading: 'stored' },
    );
    if (decoded.kind !== 'invalid' || decoded.undecodable === undefined) throw new Error();
    replace([namespace('shop'), decoded.undecodable]);
    expect(replace([namespace('shop'), policy('closed')])).toEqual([
      'upsert Namespace shop',
      'upsert NetworkPolicy closed',
    ]);
    expect(change(refTo(policy('closed')))).toEqual(['delete NetworkPolicy closed']);
  });
});

describe('change', () => {
  test('leaves out the deletion of what is not known', () => {
    const { change } = told();
    expect(change(refTo(pod('web')), upsert(pod('web')), refTo(pod('web')))).toEqual([
      'upsert Pod web',
      'delete Pod web',
    ]);
  });

  test('judges a deletion by all that came before it', () => {
    const { replace, change } = told();
    replace([namespace('shop'), policy('closed'), pod('web')]);
    expect(
      change(upsert(namespace('shop', 'Terminating')), refTo(policy('closed')), refTo(pod('web'))),
    ).toEqual(['upsert Namespace shop', 'entomb closed', 'delete Pod web']);
  });

  test('passes on what the source entombs, and takes it for gone', () => {
    const { replace, change } = told();
    replace([namespace('shop', 'Terminating'), policy('closed'), pod('web')]);
    expect(change({ kind: 'entomb', policy: policy('closed') })).toEqual(['entomb closed']);
    expect(change(refTo(policy('closed')))).toEqual([]);
  });
});
