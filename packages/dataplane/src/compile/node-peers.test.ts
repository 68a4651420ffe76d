import { type Change, createCluster, decode, type KubernetesObject } from '@ringfence/core';
import { expect, test } from 'vitest';
import { createNodeRules } from './node-rules.ts';
import { DEFAULT_COMPILE_OPTIONS } from './options.ts';

function objectOf(manifest: object): KubernetesObject {
  const decoded = decode(manifest, { namespace: 'default', reading: 'strict' });
  if (decoded.kind !== 'object') throw new Error(JSON.stringify(decoded));
  return decoded.object;
}

const upsert = (manifest: object): Change => ({ kind: 'upsert', object: objectOf(manifest) });

const POD = upsert({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'a' },
  spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'any' }] },
  status: { podIPs: [{ ip: '10.1.0.2' }] },
});
/** Speaks of nodes. */
const POLICY = upsert({
  apiVersion: 'policy.networking.k8s.io/v1alpha2',
  kind: 'ClusterNetworkPolicy',
  metadata: { name: 'x' },
  spec: {
    tier: 'Admin',
    priority: 1,
    subject: { namespaces: {} },
    egress: [{ action: 'Deny', to: [{ nodes: {} }] }],
  },
});

function nodeAt(...addresses: readonly string[]): Change {
  return upsert({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n2' },
    status: { addresses: addresses.map((address) => ({ type: 'InternalIP', address })) },
  });
}

test('what a node loses with the last policy that speaks of nodes is no node’s for the next one', () => {
  const cluster = createCluster();
  const rules = createNodeRules(cluster, 'n1', DEFAULT_COMPILE_OPTIONS);
  const keysAfter = (...changes: readonly Change[]): unknown => {
    for (const change of changes) rules.follow(change, cluster.apply(change));
    rules.flush();
    return rules
      .ruleset()
      .elements.get('segments4')
      ?.map(({ key }) => key);
  };
  const address = { first: 0x0a00_0008, last: 0x0a00_0008 };
  expect(keysAfter(POD, POLICY, nodeAt('10.0.0.8'))).toEqual([[address]]);
  const ref = { kind: 'ClusterNetworkPolicy', namespace: '', name: 'x' } as const;
  expect(keysAfter({ kind: 'delete', ref }, nodeAt())).toEqual([]);
  expect(keysAfter(POLICY)).toEqual([]);
});
