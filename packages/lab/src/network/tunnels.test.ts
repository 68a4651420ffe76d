import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import {
  addNeighbour,
  forwardings,
  linkNamed,
  type Neighbour,
  neighbours,
  setLink,
} from '@ringfence/netlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { missing, titled } from '../testing.ts';
import { respond, type Responder } from '../traffic/responder.ts';
import { type LabNetwork, makeLabNetwork, type NodeSpec } from './lab-network.ts';
import type { LabNode } from './node.ts';
import type { PodNetwork } from './pod-network.ts';
import {
  askFrom,
  both,
  FAMILIES,
  NODES,
  podAddress,
  sendAndReturn,
  TOPOLOGIES,
} from './testing.ts';
import { by, countArriving, fragments, sentFrom, tooLarge, toPort } from './testing-counters.ts';

const [WEB, DB] = [0x111, 0x211];

/** The nodes, as if they had addresses in one family only. */
function nodesWith(family: 'IPv4' | 'IPv6'): readonly NodeSpec[] {
  return NODES.map((node) => ({
    ...node,
    addresses: node.addresses.filter((own) => own.family === family),
  }));
}

const UNDERLAYS = [
  { underlay: 'IPv4', nodes: NODES, mtu: 1450, of: 'nodes with both families' },
  { underlay: 'IPv4', nodes: nodesWith('IPv4'), mtu: 1450, of: 'nodes with IPv4 only' },
  { underlay: 'IPv6', nodes: nodesWith('IPv6'), mtu: 1430, of: 'nodes with IPv6 only' },
] as const;

const CASES = TOPOLOGIES.flatMap((topology) => UNDERLAYS.map((each) => ({ topology, ...each })));

describe.skipIf(missing !== undefined).each(CASES)(
  titled('vxlan over $underlay, $topology, $of'),
  ({ topology, nodes, underlay, mtu }) => {
    const responders: Responder[] = [];
    const errors: Error[] = [];
    let network: LabNetwork;
    let web: PodNetwork;
    let db: PodNetwork;

    beforeEach(() => {
      network = makeLabNetwork(nodes, { topology, encapsulation: 'vxlan' });
      web = network.connect({ key: 'web', node: 'node-1', addresses: both(WEB) });
      db = network.connect({ key: 'db', node: 'node-2', addresses: both(DB) });
      for (const family of FAMILIES) {
        const port = { protocol: 'TCP', port: 8080, family, name: 'db' } as const;
        responders.push(respond(db.station.namespace, port, (error) => errors.push(error)));
      }
    });
    afterEach(() => {
      for (const responder of responders.splice(0)) responder.close();
      network.close();
      expect(errors).toEqual([]);
    });

    const node = (name: string): LabNode => {
      const found = network.node(name);
      if (found === undefined) throw new Error(`no ${name}`);
      return found;
    };

    test.each(FAMILIES)('packets between pods of two nodes are inside, %s', async (family) => {
      const counts = countArriving(node('node-2').station.namespace, {
        outer: [...by('eth0'), ...toPort('UDP', 4789)],
        inner: [...by('vxlan0'), ...toPort('TCP', 8080)],
        plain: [...by('eth0'), ...toPort('TCP', 8080)],
      });
      const destination = podAddress(DB, family);
      expect(await askFrom(web.station, { family, destination, port: 8080 })).toBe('db');
      const after = counts();
      expect(after.get('inner')).toBeGreaterThan(0);
      expect(after.get('outer')).toBeGreaterThanOrEqual(after.get('inner') ?? 0);
      expect(after.get('plain')).toBe(0);
    });

    test.each(FAMILIES)('the outside comes and is reached plainly, %s', async (family) => {
      const counts = countArriving(node('node-2').station.namespace, {
        outer: toPort('UDP', 4789),
        plain: [...by('eth0'), ...toPort('TCP', 8080)],
      });
      const destination = podAddress(DB, family);
      const source = family === 'IPv4' ? '198.51.100.9' : '2001:db8:eeee::9';
      const how = { family, destination, port: 8080, source };
      // Who has no address in a family has no way from the outside in it.
      const reached = node('node-2').address(family) !== undefined;
      const limit = { timeoutMs: reached ? 4_000 : 300 };
      const answer = await askFrom(network.outside.station, how, limit);
      expect(answer === 'db').toBe(reached);
      expect((counts().get('plain') ?? 0) > 0).toBe(reached);
      expect(counts().get('outer')).toBe(0);
    });

    test.each(FAMILIES)('1 MB passes both ways without a packet too large, %s', async (family) => {
      const kinds = {
        fragments: fragments(underlay),
        inside: fragments(family),
        tooLarge: tooLarge(family),
      };
      const counts = [web, db, node('node-1'), node('node-2')].map(({ station }) =>
        countArriving(station.namespace, kinds),
      );
      const data = randomBytes(1_000_000);
      const back = await sendAndReturn(web.station.namespace, db.station.namespace, {
        family,
        destination: podAddress(DB, family),
        data,
      });
      expect(Buffer.compare(data, back)).toBe(0);
      for (const count of counts) expect([...count().values()]).toEqual([0, 0, 0]);
    });

    test('interfaces of pods leave room for the headers outside', () => {
      const mtus = [
        linkNamed(web.station.route, 'eth0'),
        linkNamed(node('node-1').station.route, web.nodeInterface),
        linkNamed(node('node-1').station.route, 'vxlan0'),
        ...(topology === 'bridge' ? [linkNamed(node('node-1').station.route, 'cni0')] : []),
      ].map((link) => link?.mtu);
      expect(new Set(mtus)).toEqual(new Set([mtu]));
    });

    /** Whom a node was told about, for good, on a link. */
    const told = ({ station }: LabNode, link: number): readonly Neighbour[] =>
      neighbours(station.route).filter((each) => each.link === link && each.state === 'permanent');

    test('a node is told where the others are, and learns nothing', async () => {
      const [one, other] = [node('node-1'), node('node-2')];
      const { index = 0 } = linkNamed(one.station.route, 'vxlan0') ?? {};
      const { mac = '', index: far = 0 } = linkNamed(other.station.route, 'vxlan0') ?? {};
      const places = [{ link: index, mac, destination: other.address(underlay) }];
      expect(forwardings(one.station.route, index)).toEqual(places);
      expect(told(one, index)).toMatchObject([{ mac }]);

      // A new address of hardware makes a node forget all that it was told on the link.
      const before = told(other, far);
      setLink(other.station.route, far, { mac: '02:00:00:00:00:99' });
      for (const { address, mac: theirs } of before) {
        addNeighbour(other.station.route, { link: far, address, mac: theirs, replace: true });
      }
      const inner = [...by('vxlan0'), ...toPort('TCP', 9)];
      const counts = countArriving(one.station.namespace, { inner });
      const how = { family: 'IPv4', destination: podAddress(WEB, 'IPv4'), port: 9 } as const;
      await askFrom(db.station, how, { timeoutMs: 300 });
      expect(counts().get('inner')).toBeGreaterThan(0);
      expect(forwardings(one.station.route, index)).toEqual(places);
    });

    const owned = FAMILIES.filter((family) =>
      nodes[0]?.addresses.some((own) => own.family === family),
    );

    test.each(owned)('a node reaches a pod of another one as itself, %s', async (family) => {
      const own = node('node-1').address(family) ?? '';
      const counts = countArriving(db.station.namespace, { itself: sentFrom(family, own) });
      const destination = podAddress(DB, family);
      const how = { family, destination, port: 8080 };
      expect(await askFrom(node('node-1').station, how)).toBe('db');
      expect(counts().get('itself')).toBeGreaterThan(0);
    });

    test.each(FAMILIES)('a pod that was closed is reached no more, %s', async (family) => {
      db.close();
      const how = { family, destination: podAddress(DB, family), port: 8080 };
      expect(await askFrom(web.station, how, { timeoutMs: 300 })).not.toBe('db');
    });
  },
);

describe.skipIf(missing !== undefined)(titled('nodes without a family in common'), () => {
  const nodes = [
    ...nodesWith('IPv4').slice(0, 1),
    ...nodesWith('IPv6').slice(1),
    { name: 'node-3', addresses: [], podRanges: [] },
  ];

  test('have no tunnel, and the error says who has what', () => {
    const make = (): LabNetwork =>
      makeLabNetwork(nodes, { topology: 'routed', encapsulation: 'vxlan' });
    expect(make).toThrow(
      'vxlan needs a family in which every node has an address: node-1 (IPv4), node-2 (IPv6), node-3 (no address)',
    );
  });

  test.each(TOPOLOGIES)('without tunnels a pod of any of them comes and goes, %s', (topology) => {
    const network = makeLabNetwork(nodes, { topology });
    for (const { name } of nodes) {
      network.connect({ key: name, node: name, addresses: both(WEB) }).close();
    }
    network.close();
  });
});
