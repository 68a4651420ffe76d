import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { missing, titled } from '../testing.ts';
import { respond, type Responder } from '../traffic/responder.ts';
import { type LabNetwork, makeLabNetwork } from './lab-network.ts';
import type { PodNetwork } from './pod-network.ts';
import { askFrom, both, EVERY_KIND, FAMILIES, NODES } from './testing.ts';

describe.skipIf(missing !== undefined).each(EVERY_KIND)(
  titled("a pod on its node's network, $topology, $encapsulation"),
  (kind) => {
    const responders: Responder[] = [];
    const errors: Error[] = [];
    let network: LabNetwork;
    let near: PodNetwork;
    let far: PodNetwork;

    beforeEach(() => {
      network = makeLabNetwork(NODES, kind);
      far = network.connect({ key: 'far', node: 'node-1', addresses: both(0x111) });
      near = network.connect({ key: 'near', node: 'node-2', addresses: both(0x211) });
      const { namespace } = network.hostNetwork('node-2').station;
      for (const family of FAMILIES) {
        const port = { protocol: 'TCP', port: 9100, family, name: 'exporter' } as const;
        responders.push(respond(namespace, port, (error) => errors.push(error)));
      }
    });
    afterEach(() => {
      for (const responder of responders.splice(0)) responder.close();
      network.close();
      expect(errors).toEqual([]);
    });

    test.each(FAMILIES)("answers everybody at the node's address, %s", async (family) => {
      const { addresses } = network.hostNetwork('node-2');
      const destination = addresses.find((own) => own.family === family)?.address ?? '';
      const everybody = [
        far.station,
        near.station,
        network.hostNetwork('node-1').station,
        network.hostNetwork('node-2').station,
        network.outside.station,
      ];
      for (const station of everybody) {
        expect(await askFrom(station, { family, destination, port: 9100 })).toBe('exporter');
      }
    });

    test('cannot take the node away, however it ends', async () => {
      const place = network.hostNetwork('node-2');
      place.station.close();
      place.close();
      place.close();
      const how = { family: 'IPv4', destination: '192.168.0.12', port: 9100 } as const;
      expect(await askFrom(far.station, how)).toBe('exporter');
      const { node } = network;
      expect(place.station.namespace).toBe(node('node-2')?.station.namespace);
      // The node's own line to the kernel still works.
      network.connect({ key: 'new', node: 'node-2', addresses: both(0x212) }).close();
    });

    test('there is none of a node that is not there', () => {
      expect(() => network.hostNetwork('node-9')).toThrow('there is no node node-9');
    });
  },
);
