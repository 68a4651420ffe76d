import { links } from '@ringfence/netlink';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LabNetwork, makeLabNetwork } from '../network/lab-network.ts';
import { address, missing, podNamed, titled } from '../testing.ts';
import { attempt } from '../traffic/attempt.ts';
import { podOffers } from './pod-offers.ts';
import { createPodRunner, type PodRunner } from './pod-runner.ts';

const UNUSED = { name: '', protocol: 'TCP', port: 9090 } as const;

const POD = podNamed('web', {
  addresses: [address('10.1.1.10'), address('2001:db8:1::10')],
});

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
    runner = createPodRunner(network, {
      offers: (running) =>
        podOffers(running, {
          ports: running.pod.ports,
          answer: () => undefined,
          onError: (error) => errors.push(error),
        }),
      onError: (_, error) => errors.push(error),
    });
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
    runner.run(POD);
    expect(await said('10.1.1.10', 8080)).toBe('web');
    expect(await said('2001:db8:1::10', 8080)).toBe('web');
    expect(await said('10.1.1.10', 8081)).toBe('refused');
  });

  test('another port is answered without another network', async () => {
    const before = runner.run(POD);
    const ports = [{ name: '', protocol: 'TCP', port: 9090 }] as const;
    const after = runner.run({ ...POD, ports });
    expect(after?.nodeInterface).toBe(before?.nodeInterface);
    expect(await said('10.1.1.10', 9090)).toBe('web');
    expect(await said('10.1.1.10', 8080)).toBe('refused');
  });

  test('a pod made anew under its name, on another node, is another one', async () => {
    const before = runner.run(POD);
    const after = runner.run({ ...POD, uid: 'two', node: 'node-2' });
    expect(after?.nodeInterface).not.toBe(before?.nodeInterface);
    expect(await said('10.1.1.10', 8080)).toBe('web');
  });

  test('a pod with another address is no longer at the old one', async () => {
    runner.run(POD);
    runner.run({ ...POD, addresses: [address('10.1.1.11')] });
    expect(await said('10.1.1.11', 8080)).toBe('web');
    // Nobody is outside to answer for it.
    expect(await said('10.1.1.10', 8080)).not.toBe('web');
  });

  test.each([
    ['has finished', { finished: true }],
    ['is not bound to a node', { node: '' }],
    ['has no address yet', { addresses: [] }],
  ])('a pod that %s does not run', async (_, change) => {
    runner.run(POD);
    expect(runner.run({ ...POD, ...change })).toBe(undefined);
    expect([...runner.running()]).toEqual([]);
    expect(await said('10.1.1.10', 8080)).not.toBe('web');
  });

  test('a pod on its node’s network answers at the node’s addresses', async () => {
    runner.end('shop', 'web');
    runner.run({ ...POD, hostNetwork: true, addresses: [address('192.168.0.10')] });
    expect(await said('192.168.0.10', 8080)).toBe('web');
    runner.end('shop', 'web');
    expect(await said('192.168.0.10', 8080)).toBe('refused');
  });

  test('two pods on one node’s network cannot have one port: the other runs without it', async () => {
    const host = { hostNetwork: true, addresses: [address('192.168.0.10')] };
    runner.run({ ...POD, ...host });
    const other = { ...podNamed('other', host), ports: [...POD.ports, UNUSED] };
    expect(runner.run(other)).toBeDefined();
    expect(errors.splice(0).map(({ message }) => message)).toEqual(['bind: EADDRINUSE']);
    expect(await said('192.168.0.10', 9090)).toBe('other');
    runner.end('shop', 'other');
    runner.end('shop', 'web');
  });

  test('nothing is left of a pod that ended', () => {
    runner.run(POD);
    const node = network.node('node-1');
    if (node === undefined) throw new Error('no node');
    const count = (): number => links(node.station.route).length;
    const before = count();
    runner.end('shop', 'web');
    expect(count()).toBe(before - 1);
    expect(runner.end('shop', 'web')).toBe(undefined);
  });
});
