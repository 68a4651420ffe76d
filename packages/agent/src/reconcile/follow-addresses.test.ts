import { type Change, createCluster, type IpAddress, type Pod } from '@ringfence/core';
import { expect, test } from 'vitest';
import { followAddresses } from './follow-addresses.ts';

const X: IpAddress = { family: 'IPv4', value: 0x0a01_0005 };
const POD: Pod = {
  kind: 'Pod',
  namespace: 'shop',
  name: 'db',
  uid: 'db',
  labels: new Map(),
  owner: undefined,
  node: 'n1',
  finished: false,
  terminating: false,
  createdAt: 1_000,
  addresses: [X],
  ports: [],
  hostNetwork: false,
  hostname: '',
  subdomain: '',
};
const NEW: Pod = { ...POD, name: 'new', uid: 'new', createdAt: 2_000 };
const OLD: Pod = { ...POD, name: 'old', uid: 'old', createdAt: 500 };
const upsert = (pod: Pod): Change => ({ kind: 'upsert', object: pod });
const gone: Change = { kind: 'delete', ref: { kind: 'Pod', namespace: 'shop', name: 'db' } };

/** What interfaces are told by the last of some changes. */
function toldBy(...changes: readonly Change[]): readonly string[] {
  const cluster = createCluster();
  let told: string[] = [];
  const interfaces = {
    release: () => void told.push('release'),
    reconsider() {
      told.push('reconsider');
      return true;
    },
  };
  for (const change of changes) {
    told = [];
    const isElsewhere = followAddresses(
      { cluster, node: 'n1', interfaces },
      change,
      cluster.apply(change),
    );
    expect(isElsewhere).toBe(told.includes('reconsider'));
  }
  return told;
}

test.each<readonly [string, readonly Change[], readonly string[]]>([
  ['a pod is told of again', [upsert(POD), upsert(POD)], ['reconsider']],
  ['a pod that ends is told of', [upsert(POD), upsert({ ...POD, terminating: true })], []],
  ['a pod of another node', [upsert({ ...POD, node: 'n2' })], []],
  ['a pod goes', [upsert(POD), gone], ['release']],
  ['a pod has no address any more', [upsert(POD), upsert({ ...POD, addresses: [] })], ['release']],
  ['a newer pod has the address now', [upsert(POD), upsert(NEW)], ['release', 'reconsider']],
  ['an older pod does not get it', [upsert(POD), upsert(OLD)], []],
])('%s', (_, changes, told) => {
  expect(toldBy(...changes)).toEqual(told);
});
