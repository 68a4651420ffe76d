import { formatAddress, type KubernetesObject, type Node, type Pod } from '@ringfence/core';
import { beforeEach, expect, test } from 'vitest';
import { address, podNamed } from '../testing.ts';
import type { ServicePortals } from './portal.ts';
import { createServiceIndex, type ServiceIndex } from './service-index.ts';
import { dualService } from './testing.ts';

let index: ServiceIndex;
beforeEach(() => {
  index = createServiceIndex();
});

/** `shop/web > 10.1.0.1 10.1.0.2` */
function text({ key, portals }: ServicePortals): string {
  if (portals.length === 0) return `${key} gone`;
  const to = portals.flatMap(({ endpoints }) =>
    endpoints.map((each) => formatAddress(each.address)),
  );
  return [key, '>', ...to].join(' ');
}
const upsert = (object: KubernetesObject): readonly string[] =>
  index.apply({ kind: 'upsert', object }).map(text);
const remove = (kind: string, name: string): readonly string[] =>
  index.apply({ kind: 'delete', ref: { kind, namespace: 'shop', name } }).map(text);

const labelled = (...labels: readonly string[]): Pick<Pod, 'labels'> => ({
  labels: new Map(labels.map((label) => [label, 'yes'])),
});
const pod = (last: number, rest: Partial<Pod> = labelled('web')): Pod =>
  podNamed(`pod-${last}`, { addresses: [address(`10.1.0.${last}`)], ...rest });
const service = (name: string, ...labels: readonly string[]): KubernetesObject =>
  dualService(name, {
    clusterIPs: [address('10.96.0.1')],
    selector: labelled(...labels).labels,
  });
const node = (last: number): Node => ({
  kind: 'Node',
  name: 'node-1',
  labels: new Map(),
  addresses: [address(`192.168.0.${last}`)],
  podRanges: [],
});

test('pods and Services may come in any order', () => {
  expect(upsert(pod(1))).toEqual([]);
  expect(upsert(service('web', 'web'))).toEqual(['shop/web > 10.1.0.1']);
  expect(upsert(pod(2))).toEqual(['shop/web > 10.1.0.1 10.1.0.2']);
  expect(remove('Pod', 'pod-1')).toEqual(['shop/web > 10.1.0.2']);
  expect([...index.all()].map(text)).toEqual(['shop/web > 10.1.0.2']);
});

test('only Services that a change bears on are told', () => {
  upsert(service('web', 'web'));
  upsert(service('blue', 'web', 'blue'));
  upsert(service('db', 'db'));
  upsert({ ...dualService('web'), namespace: 'other', clusterIPs: [address('10.96.0.2')] });
  expect(upsert(pod(1))).toEqual(['shop/web > 10.1.0.1']);
  expect(upsert(pod(2, labelled('blue', 'web')))).toEqual([
    'shop/blue > 10.1.0.2',
    'shop/web > 10.1.0.1 10.1.0.2',
  ]);
  expect(upsert(pod(2, labelled('db')))).toEqual([
    'shop/blue >',
    'shop/db > 10.1.0.2',
    'shop/web > 10.1.0.1',
  ]);
  expect(upsert({ ...pod(2, labelled('db')), createdAt: 5 })).toEqual([]);
});

test.each<[string, Partial<Pod>]>([
  ['has finished', { finished: true }],
  ['is being deleted', { terminating: true }],
  ['has no address', { addresses: [] }],
  ['is on no node', { node: '' }],
])('a pod that %s is no endpoint', (_, change) => {
  upsert(service('web', 'web'));
  upsert(pod(1));
  expect(upsert({ ...pod(1), ...change })).toEqual(['shop/web >']);
  expect(upsert(pod(1))).toEqual(['shop/web > 10.1.0.1']);
});

test('a pod on its node’s network is where the node is', () => {
  upsert(service('web', 'web'));
  expect(upsert(pod(1, { ...labelled('web'), hostNetwork: true }))).toEqual([
    'shop/web > 10.1.0.1',
  ]);
  expect(upsert(node(11))).toEqual(['shop/web > 192.168.0.11']);
  expect(upsert(node(12))).toEqual(['shop/web > 192.168.0.12']);
  expect(remove('Pod', 'pod-1')).toEqual(['shop/web >']);
  expect(upsert(node(13))).toEqual([]);
});

test('a Service that selects otherwise, or no more, has other endpoints', () => {
  upsert(pod(1));
  upsert(pod(2, labelled('db')));
  upsert(service('web', 'web'));
  expect(upsert(service('web', 'db'))).toEqual(['shop/web > 10.1.0.2']);
  // Without selector, whoever manages its endpoints is not known here.
  expect(upsert(service('web'))).toEqual(['shop/web >']);
  expect(upsert(pod(3, labelled('db')))).toEqual([]);
});

test('a Service that goes, or becomes headless, is gone once', () => {
  upsert(service('web', 'web'));
  expect(upsert(dualService('web', { headless: true }))).toEqual(['shop/web gone']);
  expect(remove('Service', 'web')).toEqual([]);
  upsert(service('web', 'web'));
  expect(remove('Service', 'web')).toEqual(['shop/web gone']);
  expect(remove('Service', 'web')).toEqual([]);
  expect(upsert(pod(1))).toEqual([]);
  expect([...index.all()]).toEqual([]);
});
