import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attempt } from '../traffic/attempt.ts';
import type { Outcome } from '../traffic/outcome.ts';
import { type AnsweredPort, respond, type Responder } from '../traffic/responder.ts';
import { CATCH_ALL_PORT } from './catch-all.ts';
import { type LabNetwork, makeLabNetwork } from './lab-network.ts';
import { missing, titled } from '../testing.ts';
import type { PodNetwork } from './pod-network.ts';
import type { HostAddress, Station } from './station.ts';
import { both, EVERY_KIND, FAMILIES, NODES } from './testing.ts';

const PORTS: readonly AnsweredPort[] = [
  { protocol: 'TCP', port: 8080 },
  { protocol: 'UDP', port: 5353 },
];

const PODS = [
  { key: 'shop/web', node: 'node-1', addresses: both(0x111) },
  { key: 'shop/api', node: 'node-1', addresses: both(0x112) },
  { key: 'shop/db', node: 'node-2', addresses: both(0x211) },
  // Its manifest gave it an address that its node has no range for.
  { key: 'shop/guest', node: 'node-2', addresses: both(0x901) },
];

describe.skipIf(missing !== undefined).each(EVERY_KIND)(
  titled("the lab's network, $topology, $encapsulation"),
  ({ topology, encapsulation }) => {
    const responders: Responder[] = [];
    const errors: Error[] = [];
    const pods = new Map<string, PodNetwork>();
    let network: LabNetwork;

    beforeAll(() => {
      network = makeLabNetwork(NODES, { topology, encapsulation });
      for (const spec of PODS) pods.set(spec.key, network.connect(spec));
      const answer = (name: string, { namespace }: Station, port: AnsweredPort): void => {
        for (const family of FAMILIES) {
          const answered = { ...port, family, name };
          responders.push(respond(namespace, answered, (error) => errors.push(error)));
        }
      };
      for (const port of PORTS) {
        for (const [name, { station }] of pods) answer(name, station, port);
        answer('outside', network.outside.station, { ...port, port: CATCH_ALL_PORT });
      }
    });

    afterAll(() => {
      for (const responder of responders) responder.close();
      network.close();
      expect(errors).toEqual([]);
    });

    const namespaceOf = (key: string): PodNetwork['station']['namespace'] => {
      const pod = pods.get(key);
      if (pod === undefined) throw new Error(`no pod ${key}`);
      return pod.station.namespace;
    };

    const every = FAMILIES.flatMap((family) => PORTS.map((port) => ({ family, ...port })));

    test.each(every)('everybody reaches everybody: $protocol in $family', async (how) => {
      for (const from of PODS) {
        for (const to of PODS) {
          const [destination = ''] = addressesIn(to.addresses, how.family);
          const outcome = await attempt(
            namespaceOf(from.key),
            { ...how, destination },
            { timeoutMs: 2_000 },
          );
          expect(said(outcome), `${from.key} to ${to.key}`).toBe(to.key);
        }
      }
    });

    test.each(every)('every other address is outside: $protocol in $family', async (how) => {
      const destination = how.family === 'IPv4' ? '203.0.113.77' : '2001:db8:ffff::77';
      const outcome = await attempt(
        namespaceOf('shop/db'),
        { ...how, destination },
        { timeoutMs: 2_000 },
      );
      expect(said(outcome)).toBe('outside');
    });

    test.each(every)('the outside comes from any address: $protocol in $family', async (how) => {
      const source = how.family === 'IPv4' ? '198.51.100.9' : '2001:db8:eeee::9';
      const [destination = ''] = addressesIn(both(0x211), how.family);
      const outcome = await attempt(
        network.outside.station.namespace,
        { ...how, destination, source },
        { timeoutMs: 2_000 },
      );
      expect(said(outcome)).toBe('shop/db');
    });

    test('nobody listens: refused, not silent', async () => {
      for (const protocol of ['TCP', 'UDP'] as const) {
        const how = { protocol, family: 'IPv4', destination: '10.1.2.17', port: 9 } as const;
        const outcome = await attempt(namespaceOf('shop/web'), how, { timeoutMs: 2_000 });
        expect(outcome, protocol).toEqual({ kind: 'refused' });
      }
    });

    test('a pod that is gone answers no more, and its address can be given again', async () => {
      const spec = { key: 'shop/gone', node: 'node-2', addresses: both(0x2fe) };
      const how = {
        protocol: 'TCP',
        family: 'IPv4',
        destination: '10.1.2.254',
        port: 8080,
      } as const;
      const ask = (): Promise<Outcome> =>
        attempt(namespaceOf('shop/web'), how, { timeoutMs: 2_000 });
      const first = network.connect(spec);
      expect(await ask()).toEqual({ kind: 'refused' });
      first.close();
      // Who is no pod is outside; but with bridges all of a node's range is behind that node.
      const gone = await ask();
      expect(topology === 'routed' ? said(gone) : gone.kind).toBe(
        topology === 'routed' ? 'outside' : 'silent',
      );
      const again = network.connect({ ...spec, node: 'node-1' });
      expect(await ask()).toEqual({ kind: 'refused' });
      again.close();
    });
  },
);

function addressesIn(
  addresses: readonly HostAddress[],
  family: HostAddress['family'],
): readonly string[] {
  return addresses.filter((each) => each.family === family).map(({ address }) => address);
}

function said(outcome: Outcome): string {
  return outcome.kind === 'answered' ? outcome.answer : JSON.stringify(outcome);
}
