import {
  cidrOf,
  formatAddress,
  type IpAddress,
  type Node,
  parseAddress,
  type Pod,
} from '@ringfence/core';
import { missingPrivilege } from '@ringfence/netlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLab, type Lab } from './lab.ts';
import { attempt } from './traffic/attempt.ts';

const missing = missingPrivilege();
const why = missing === undefined ? '' : ` (${missing})`;

function address(text: string): IpAddress {
  const parsed = parseAddress(text);
  if (parsed.kind === 'failed') throw new Error(text);
  return parsed.value.address;
}

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

function pod(name: string, rest: Partial<Pod> = {}): Pod {
  return {
    kind: 'Pod',
    namespace: 'shop',
    name,
    uid: `uid of ${name}`,
    labels: new Map(),
    owner: undefined,
    node: 'node-1',
    hostNetwork: false,
    finished: false,
    terminating: false,
    createdAt: 0,
    addresses: [],
    ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
    ...rest,
  };
}

describe.skipIf(missing !== undefined)(`the lab${why}`, () => {
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
    upsert(pod('first'));
    upsert(pod('second', { node: 'node-2' }));
    upsert(pod('own', { addresses: [address('10.1.1.3')] }));
    upsert(pod('third'));
    upsert(pod('first', { labels: new Map([['app', 'web']]) }));
    expect(addresses()).toEqual({
      first: ['10.1.1.2', '2001:db8:1:1::2'],
      second: ['10.1.2.2', '2001:db8:1:2::2'],
      own: ['10.1.1.3'],
      third: ['10.1.1.4', '2001:db8:1:1::3'],
    });
  });

  test('an address is not given again at once, also not to a pod of the same name', () => {
    upsert(pod('web'));
    lab.apply({ kind: 'delete', ref: { kind: 'Pod', namespace: 'shop', name: 'web' } });
    upsert(pod('web', { uid: 'another' }));
    expect(addresses()).toEqual({ web: ['10.1.1.3', '2001:db8:1:1::3'] });
  });

  test('a pod that has finished gives its address back', () => {
    upsert(pod('job', { addresses: [address('10.1.1.9')] }));
    upsert(pod('job', { addresses: [address('10.1.1.9')], finished: true }));
    upsert(pod('web', { addresses: [address('10.1.1.9')] }));
    expect(addresses()).toEqual({ web: ['10.1.1.9'] });
  });

  test('pods on two nodes reach each other', async () => {
    upsert(pod('web'));
    upsert(pod('db', { node: 'node-2' }));
    const web = [...lab.pods()].find((each) => each.pod.name === 'web');
    if (web === undefined) throw new Error('web does not run');
    const how = { protocol: 'TCP', family: 'IPv4', destination: '10.1.2.2', port: 8080 } as const;
    const outcome = await attempt(web.network.station.namespace, how, { timeoutMs: 2_000 });
    expect(outcome).toMatchObject({ kind: 'answered', answer: 'db' });
  });
});
