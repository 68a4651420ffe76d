import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { missing, titled } from '../testing.ts';
import { respond, type Responder } from '../traffic/responder.ts';
import { CATCH_ALL_PORT } from './catch-all.ts';
import { type LabNetwork, makeLabNetwork } from './lab-network.ts';
import type { PodNetwork } from './pod-network.ts';
import { askFrom, both, EVERY_KIND, FAMILIES, NODES, podAddress } from './testing.ts';

/** The longest names there are. */
const NODE = `${'n'.repeat(63)}.`.repeat(4).slice(0, 253);
const POD = `${'n'.repeat(63)}/${'p'.repeat(253)}`;

describe.skipIf(missing !== undefined).each(EVERY_KIND)(
  titled('labs side by side, with names at their limits, $topology, $encapsulation'),
  (kind) => {
    const errors: Error[] = [];
    const closing: (Responder | LabNetwork)[] = [];
    let ours: PodNetwork;

    /** Two pods that answer with the lab's name, and the outside, on as many nodes. */
    const make = (name: string, hosts: readonly [number, number]): PodNetwork => {
      const nodes = NODES.map((node, index) => ({ ...node, name: `${index}${NODE.slice(1)}` }));
      const network = makeLabNetwork(nodes, kind);
      const pods = hosts.map((host, index) =>
        network.connect({
          key: `${POD.slice(0, -1)}${index}`,
          node: `${index}${NODE.slice(1)}`,
          addresses: both(host),
        }),
      );
      for (const family of FAMILIES) {
        const answered = { protocol: 'TCP', family } as const;
        for (const { station } of pods) {
          const port = { ...answered, port: 8080, name };
          closing.push(respond(station.namespace, port, (error) => errors.push(error)));
        }
        const port = { ...answered, port: CATCH_ALL_PORT, name: `outside of ${name}` };
        const { namespace } = network.outside.station;
        closing.push(respond(namespace, port, (error) => errors.push(error)));
      }
      closing.push(network);
      const [first] = pods;
      if (first === undefined) throw new Error('no pod');
      return first;
    };

    beforeEach(() => {
      ours = make('ours', [0x111, 0x211]);
      make('theirs', [0x111, 0x212]);
    });
    afterEach(() => {
      for (const each of closing.splice(0)) each.close();
      expect(errors).toEqual([]);
    });

    test.each(FAMILIES)('each reaches its own only, %s', async (family) => {
      const ask = (host: number, timeoutMs: number): Promise<string> => {
        const how = { family, destination: podAddress(host, family), port: 8080 };
        return askFrom(ours.station, how, { timeoutMs });
      };
      expect(await ask(0x111, 4_000)).toBe('ours');
      expect(await ask(0x211, 4_000)).toBe('ours');
      expect(await ask(0x212, 300)).not.toBe('theirs');
      const beyond = family === 'IPv4' ? '203.0.113.77' : '2001:db8:ffff::77';
      const how = { family, destination: beyond, port: 80 };
      expect(await askFrom(ours.station, how)).toBe('outside of ours');
    });
  },
);
