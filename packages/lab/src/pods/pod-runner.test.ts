import { links } from '@ringfence/netlink';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LabNetwork, makeLabNetwork } from '../network/lab-network.ts';
import { address, missing, podNamed, titled } from '../testing.ts';
import { attempt } from '../traffic/attempt.ts';
import { createPodRunner, type PodRunner } from './pod-runner.ts';

const POD = podNamed('web');
const ADDRESSES = [address('10.1.1.10'), address('2001:db8:1::10')];

describe.skipIf(missing !== undefined)(titled('pods that run'), () => {
  const errors: Error[] = [];
  let network: LabNetwork;
  let runner: PodRunner;

  beforeAll(() => {
    network = makeLabNetwork(
      ['node-1', 'node-2'].map((name, index) => ({
        name,
        addresses: [
          { family: 'IPv4', address: `192.168.0.1${index}` },
          { family: 'IPv6', address: `2001:db8:192::1${index}` },
        ],
        podRanges: [],
      })),
      { topology: 'routed' },
    );
    runner = createPodRunner(network, (_, error) => errors.push(error));
  });

  afterAll(() => {
    runner.close();
    network.close();
    expect(errors).toEqual([]);
  });

  const said = async (destination: string, port: number): Promise<string> => {
    const family = destination.includes(':') ? 'IPv6' : 'IPv4';
    const how = { protocol: 'TCP', family, destination, port } as const;
    const { namespace } = network.outside.station;
    const outcome = await attempt(namespace, how, { timeoutMs: 1_000 });
    return outcome.kind === 'answered' ? outcome.answer : outcome.kind;
  };

  test('a pod answers on its ports in both families, and on no other', async () => {
    runner.run(POD, ADDRESSES);
    expect(await said('10.1.1.10', 8080)).toBe('web');
    expect(await said('2001:db8:1::10', 8080)).toBe('web');
    expect(await said('10.1.1.10', 8081)).toBe('refused');
  });

  test('another port is answered without another network', async () => {
    const before = runner.run(POD, ADDRESSES);
    const ports = [{ name: '', protocol: 'TCP', port: 9090 }] as const;
    const after = runner.run({ ...POD, ports }, ADDRESSES);
    expect(after?.network.nodeInterface).toBe(before?.network.nodeInterface);
    expect(await said('10.1.1.10', 9090)).toBe('web');
    expect(await said('10.1.1.10', 8080)).toBe('refused');
  });

  test('a pod made anew under its name, on another node, is another one', async () => {
    const before = runner.run(POD, ADDRESSES);
    const after = runner.run({ ...POD, uid: 'two', node: 'node-2' }, ADDRESSES);
    expect(after?.network.nodeInterface).not.toBe(before?.network.nodeInterface);
    expect(await said('10.1.1.10', 8080)).toBe('web');
  });

  test('a pod with another address is no longer at the old one', async () => {
    runner.run(POD, ADDRESSES);
    runner.run(POD, [address('10.1.1.11')]);
    expect(await said('10.1.1.11', 8080)).toBe('web');
    // Nobody is outside to answer for it.
    expect(await said('10.1.1.10', 8080)).not.toBe('web');
  });

  test.each([
    ['has finished', { finished: true }],
    ['is on its node’s network', { hostNetwork: true }],
    ['is not bound to a node', { node: '' }],
  ])('a pod that %s has no network', async (_, change) => {
    runner.run(POD, ADDRESSES);
    expect(runner.run({ ...POD, ...change }, ADDRESSES)).toBe(undefined);
    expect([...runner.running()]).toEqual([]);
    expect(await said('10.1.1.10', 8080)).not.toBe('web');
  });

  test('nothing is left of a pod that ended', () => {
    runner.run(POD, ADDRESSES);
    const node = network.node('node-1');
    if (node === undefined) throw new Error('no node');
    const count = (): number => links(node.station.route).length;
    const before = count();
    runner.end('shop', 'web');
    expect(count()).toBe(before - 1);
    expect(runner.end('shop', 'web')).toBe(undefined);
  });
});
