import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LabNetwork, makeLabNetwork } from '../network/lab-network.ts';
import type { PodNetwork } from '../network/pod-network.ts';
import { setSysctls } from '../network/sysctl.ts';
import { missing, titled } from '../testing.ts';
import { attemptEcho } from './echo-attempt.ts';

const POD = {
  key: 'web',
  node: 'node-1',
  addresses: [
    { family: 'IPv4', address: '10.1.1.10' },
    { family: 'IPv6', address: '2001:db8:1::10' },
  ],
} as const;

describe.skipIf(missing !== undefined)(titled('an echo'), () => {
  let network: LabNetwork;
  let pod: PodNetwork;

  beforeAll(() => {
    const addresses = [
      { family: 'IPv4', address: '192.168.0.11' },
      { family: 'IPv6', address: '2001:db8:192::11' },
    ] as const;
    network = makeLabNetwork([{ name: 'node-1', addresses, podRanges: [] }], {
      topology: 'routed',
    });
    pod = network.connect(POD);
  });
  afterAll(() => {
    pod.close();
    network.close();
  });

  test.each([
    ['IPv4', '10.1.1.10', '203.0.113.7'],
    ['IPv6', '2001:db8:1::10', '2001:db8:ffff::7'],
  ] as const)('comes back to any address, %s', async (family, destination, source) => {
    const { namespace } = network.outside.station;
    const outcome = await attemptEcho(
      namespace,
      { family, destination, source },
      { timeoutMs: 2_000 },
    );
    expect(outcome).toMatchObject({ kind: 'answered', answer: '' });
  });

  test('comes back to each of many that wait', async () => {
    const { namespace } = pod.station;
    const how = { family: 'IPv4', destination: '192.168.0.11' } as const;
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, () => attemptEcho(namespace, how, { timeoutMs: 4_000 })),
    );
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['answered']));
  });

  test('does not come back from who does not answer', async () => {
    setSysctls(pod.station.namespace, { 'ipv4/icmp_echo_ignore_all': '1' });
    const { namespace } = network.outside.station;
    const how = { family: 'IPv4', destination: '10.1.1.10', source: '203.0.113.7' } as const;
    expect(await attemptEcho(namespace, how, { timeoutMs: 100 })).toEqual({ kind: 'silent' });
  });

  test('that cannot be sent is broken', async () => {
    const how = { family: 'IPv4', destination: '10.1.1.10', source: '999.1.1.1' } as const;
    expect(await attemptEcho(pod.station.namespace, how, { timeoutMs: 100 })).toMatchObject({
      kind: 'broken',
    });
  });
});
