import { cidrOf, formatAddress, type Node, type Pod } from '@ringfence/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLab, type Lab } from './lab.ts';
import { address, missing, podNamed, titled } from './testing.ts';
import { attempt } from './traffic/attempt.ts';

const NODES = [1, 2].map(
  (number): Node => ({
    kind: 'Node',
    name: `node-${number}`,
    labels: new Map(),
    addresses: [address(`192.168.0.1${number}`), address(`2001:db8:192::1${number}`)],
    podRanges: [
      cidrOf(address(`10.1.${number}.0`), 24),
      cidrOf(address(`2001:db8:1:${number}::`), 64),
    ],
  }),
);

describe.skipIf(missing !== undefined)(titled('the lab'), () => {
  const errors: Error[] = [];
  let lab: Lab;

  beforeEach(() => {
    lab = createLab(NODES, { topology: 'bridge', onError: (_, error) => errors.push(error) });
  });

  afterEach(() => {
    lab.close();
    expect(errors).toEqual([]);
  });

  const upsert = (object: Pod): void => lab.apply({ kind: 'upsert', object });
  const addresses = (): Readonly<Record<string, readonly string[]>> =>
    Object.fromEntries(
      [...lab.pods()].map((each) => [each.pod.name, each.addresses.map(formatAddress)]),
    );

  test('a pod has the addresses that it says, or some of its node’s, and keeps them', () => {
    upsert(podNamed('first'));
    upsert(podNamed('second', { node: 'node-2' }));
    upsert(podNamed('own', { addresses: [address('10.1.1.3')] }));
    upsert(podNamed('third'));
    upsert(podNamed('first', { labels: new Map([['app', 'web']]) }));
    expect(addresses()).toEqual({
      first: ['10.1.1.2', '2001:db8:1:1::2'],
      second: ['10.1.2.2', '2001:db8:1:2::2'],
      own: ['10.1.1.3'],
      third: ['10.1.1.4', '2001:db8:1:1::3'],
    });
  });

  test('an address is not given again at once, also not to a pod of the same name', () => {
    upsert(podNamed('web'));
    lab.apply({ kind: 'delete', ref: { kind: 'Pod', namespace: 'shop', name: 'web' } });
    upsert(podNamed('web', { uid: 'another' }));
    expect(addresses()).toEqual({ web: ['10.1.1.3', '2001:db8:1:1::3'] });
  });

  test('a pod that has finished gives its address back', () => {
    upsert(podNamed('job', { addresses: [address('10.1.1.9')] }));
    upsert(podNamed('job', { addresses: [address('10.1.1.9')], finished: true }));
    upsert(podNamed('web', { addresses: [address('10.1.1.9')] }));
    expect(addresses()).toEqual({ web: ['10.1.1.9'] });
  });

  test('pods on two nodes reach each other', async () => {
    upsert(podNamed('web'));
    upsert(podNamed('db', { node: 'node-2' }));
    const web = [...lab.pods()].find((each) => each.pod.name === 'web');
    if (web === undefined) throw new Error('web does not run');
    const how = { protocol: 'TCP', family: 'IPv4', destination: '10.1.2.2', port: 8080 } as const;
    const outcome = await attempt(web.network.station.namespace, how, { timeoutMs: 2_000 });
    expect(outcome).toMatchObject({ kind: 'answered', answer: 'db' });
  });
});
