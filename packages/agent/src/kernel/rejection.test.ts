import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server, Socket } from 'node:net';
import { FAMILIES } from '@ringfence/core';
import {
  addAddress,
  addNeighbour,
  addRoute,
  commit,
  type IpFamily,
  linkNamed,
  type NetlinkSocket,
  openInetSocket,
  openListener,
  openNetfilterSocket,
} from '@ringfence/netlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addHostRoute, makeTestNode, type Place, type TestNode } from '../host/testing.ts';
import { elementChanges } from './element-changes.ts';
import { generationRules } from './generation-changes.ts';
import { installChanges } from './install-changes.ts';
import { ruleHandles } from './rule-handles.ts';
import { cannotTest, setNamed, shopRuleset, titled } from './testing.ts';

const RULESET = shopRuleset({ denied: 'reject' });
const ALLOWED = 5432;
const DENIED = 80;
const WEB = { name: 'veth-web', IPv4: '10.1.0.2', IPv6: 'fd10:1::2' } as const;
const DB = { name: 'veth-db', IPv4: '10.1.0.3', IPv6: 'fd10:1::3' } as const;
const NODE = { IPv4: '192.168.7.1', IPv6: 'fd07::1' } as const;
const EVERYWHERE = { IPv4: '0.0.0.0', IPv6: '::' } as const;

/** A node that routes between two pods, in which everybody would listen on both ports. */
describe.skipIf(cannotTest() !== undefined)(titled('what policies deny'), () => {
  let node: TestNode;
  let socket: NetlinkSocket;
  const pods = new Map<string, Place>();
  const servers: Server[] = [];
  const clients: Socket[] = [];

  beforeEach(() => {
    node = makeTestNode();
    socket = openNetfilterSocket(node.namespace);
    node.namespace.enter(() => {
      writeFileSync('/proc/sys/net/ipv4/ip_forward', '1');
      writeFileSync('/proc/sys/net/ipv6/conf/all/forwarding', '1');
    });
    addAddress(node.route, { link: node.index('lo'), address: NODE.IPv4, prefix: 32 });
    addAddress(node.route, { link: node.index('lo'), address: NODE.IPv6, prefix: 128 });
    for (const pod of [WEB, DB]) pods.set(pod.name, plugPod(pod));
    for (const changes of installChanges(RULESET, { owned: false, maxElements: 100 })) {
      commit(socket, changes);
    }
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    for (const server of servers.splice(0)) server.close();
    socket.close();
    await node.close();
  });

  /** Nobody asks for neighbours: whoever is on the wire is known. */
  function plugPod({ name, ...addresses }: typeof WEB | typeof DB): Place {
    const pod = node.plug(name);
    const link = pod.index('eth0');
    const gateway = linkNamed(node.route, name)?.mac ?? '';
    const mac = linkNamed(pod.route, 'eth0')?.mac ?? '';
    for (const family of FAMILIES) {
      const address = addresses[family];
      const prefix = family === 'IPv4' ? 32 : 128;
      addAddress(pod.route, { link, address, prefix, noDad: true });
      addRoute(pod.route, { destination: { address: EVERYWHERE[family], prefix: 0 }, link });
      for (const to of [WEB, DB, NODE]) {
        if (to[family] === address) continue;
        addNeighbour(pod.route, { link, address: to[family], mac: gateway });
      }
      addHostRoute(node, address, name);
      addNeighbour(node.route, { link: node.index(name), address, mac });
    }
    return pod;
  }

  function placeOf(name: string): Place {
    const place = pods.get(name);
    if (place === undefined) throw new Error(`no pod ${name}`);
    return place;
  }

  function listen({ namespace }: Place, family: IpFamily, port: number): void {
    const server = createServer((client) => client.pipe(client));
    server.listen({ fd: openListener(namespace, { family, address: EVERYWHERE[family], port }) });
    servers.push(server);
  }

  function clientOf({ namespace }: Place, family: IpFamily): Socket {
    const client = new Socket({ fd: openInetSocket(namespace, { kind: 'stream', family }) });
    clients.push(client);
    return client;
  }

  async function connectTo(
    from: Place,
    to: { readonly family: IpFamily; readonly address: string; readonly port: number },
  ): Promise<string> {
    const client = clientOf(from, to.family);
    const ending = new Promise<string>((resolve) => {
      client.once('connect', () => resolve('connected'));
      client.once('error', (error) => resolve(codeOf(error)));
    });
    client.connect(to.port, to.address);
    return ending;
  }

  async function sendTo(
    { namespace }: Place,
    { family, address, port }: Parameters<typeof connectTo>[1],
  ): Promise<string> {
    const client = createSocket(family === 'IPv4' ? 'udp4' : 'udp6');
    const from = { address: EVERYWHERE[family], port: 0 };
    const fd = openInetSocket(namespace, { kind: 'datagram', family, from });
    await new Promise<void>((resolve) => client.bind({ fd }, resolve));
    await new Promise<void>((resolve) => client.connect(port, address, resolve));
    const told = once(client, 'error');
    client.send('hello');
    const [error] = await told;
    client.close();
    return codeOf(error);
  }

  describe.each(FAMILIES)('%s', (family) => {
    test('is told by a reset to who opens a connection', async () => {
      const db = placeOf(DB.name);
      listen(db, family, ALLOWED);
      listen(db, family, DENIED);
      const to = { family, address: DB[family] };
      const web = placeOf(WEB.name);
      expect(await connectTo(web, { ...to, port: ALLOWED })).toBe('connected');
      expect(await connectTo(web, { ...to, port: DENIED })).toBe('ECONNREFUSED');
    });

    test('is told by a reset to who may not reach the node', async () => {
      listen(node, family, DENIED);
      const to = { family, address: NODE[family], port: DENIED };
      expect(await connectTo(placeOf(WEB.name), to)).toBe('connected');
      expect(await connectTo(placeOf(DB.name), to)).toBe('ECONNREFUSED');
    });

    test('is told as forbidden to who sends anything else', async () => {
      const to = { family, address: DB[family], port: DENIED };
      // As the kernel translates the two families' words for it.
      const code = family === 'IPv4' ? 'EHOSTUNREACH' : 'EACCES';
      expect(await sendTo(placeOf(WEB.name), to)).toBe(code);
    });

    test('is told by a reset to who goes on with what is forbidden by now', async () => {
      listen(placeOf(DB.name), family, ALLOWED);
      const client = clientOf(placeOf(WEB.name), family);
      client.connect(ALLOWED, DB[family]);
      await once(client, 'connect');
      client.write('hello');
      await once(client, 'data');
      const name = `ingress${family === 'IPv4' ? 4 : 6}_ports`;
      const gone = RULESET.elements.get(name) ?? [];
      commit(socket, [
        ...elementChanges(RULESET, [{ set: setNamed(name), gone, come: [] }]),
        ...generationRules(RULESET).changes(2, ruleHandles(socket, RULESET)),
      ]);
      const told = once(client, 'error');
      client.write('more');
      expect(await told).toMatchObject([{ code: 'ECONNRESET' }]);
    });
  });
});

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
