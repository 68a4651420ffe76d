import { Buffer } from 'node:buffer';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Writer } from '../codec/writer.ts';
import { MalformedAnswer } from '../kernel-error.ts';
import type { NetlinkSocket } from '../socket.ts';
import { addAddress, deleteAddress } from './address.ts';
import { addBridge } from './bridge.ts';
import { addRoute, deleteRoute } from './change-route.ts';
import { type RouteEvent, routeEvents } from './events.ts';
import {
  RTNLGRP_IPV4_IFADDR,
  RTNLGRP_IPV4_ROUTE,
  RTNLGRP_IPV6_IFADDR,
  RTNLGRP_IPV6_ROUTE,
  RTNLGRP_LINK,
  RTNLGRP_NEIGH,
} from './groups.ts';
import { linkNamed } from './link.ts';
import { addNeighbour, deleteNeighbour } from './neighbour.ts';
import { openRouteSocket } from './rtnetlink.ts';
import { deleteLink, setLink } from './set-link.ts';
import { cannotTest, openTestNetwork, type TestNetwork, titled } from './testing.ts';
import { addVeth } from './veth.ts';

describe.skipIf(cannotTest() !== undefined)(titled('events'), () => {
  let network: TestNetwork;
  let listener: NetlinkSocket;

  beforeEach(() => {
    network = openTestNetwork();
    listener = openRouteSocket(network.namespace);
  });
  afterEach(() => {
    listener.close();
    network.close();
  });

  /** Every event that there is until the link `last` comes. */
  async function until(last: string): Promise<readonly RouteEvent[]> {
    const events: RouteEvent[] = [];
    const { signal } = new AbortController();
    for await (const answers of listener.notifications({ signal })) {
      events.push(...routeEvents(answers));
      if (events.some((event) => event.kind === 'link' && event.link.name === last)) return events;
    }
    return events;
  }

  test('links come, change, move between bridges without going, and go', async () => {
    addBridge(network.socket, { name: 'br0' });
    const bridge = linkNamed(network.socket, 'br0')?.index ?? 0;
    listener.join(RTNLGRP_LINK);
    addVeth(network.socket, { name: 'a', peer: { name: 'b' } });
    const index = linkNamed(network.socket, 'a')?.index ?? 0;
    setLink(network.socket, index, { master: bridge });
    setLink(network.socket, index, { master: 0 });
    addBridge(network.socket, { name: 'middle' });
    const changes = (await until('middle')).filter(
      (event) => event.kind === 'link' && event.link.index === index,
    );
    expect(changes[0]).toMatchObject({ change: 'new', link: { name: 'a', kind: 'veth' } });
    expect(changes).toContainEqual(
      expect.objectContaining({ link: expect.objectContaining({ master: bridge }) }),
    );
    expect(changes.at(-1)).toMatchObject({ change: 'new', link: { master: 0 } });
    expect(changes.filter(({ change }) => change === 'deleted')).toEqual([]);

    deleteLink(network.socket, index);
    addBridge(network.socket, { name: 'last' });
    expect(await until('last')).toContainEqual(
      expect.objectContaining({ change: 'deleted', link: expect.objectContaining({ name: 'a' }) }),
    );
  });

  test('addresses, routes and neighbours of both families', async () => {
    const { socket } = network;
    addVeth(socket, { name: 'a', up: true, peer: { name: 'b' } });
    setLink(socket, linkNamed(socket, 'b')?.index ?? 0, { up: true });
    const link = linkNamed(socket, 'a')?.index ?? 0;
    for (const group of [
      RTNLGRP_LINK,
      RTNLGRP_NEIGH,
      RTNLGRP_IPV4_IFADDR,
      RTNLGRP_IPV4_ROUTE,
      RTNLGRP_IPV6_IFADDR,
      RTNLGRP_IPV6_ROUTE,
    ]) {
      listener.join(group);
    }
    for (const [address, network64] of [
      ['10.9.0.1', '10.10.0.0'],
      ['2001:db8:9::1', '2001:db8:a::'],
    ] as const) {
      const own = { link, address, prefix: 32 };
      const destination = { address: network64, prefix: 32 + (address.includes(':') ? 32 : 0) };
      addAddress(socket, own);
      addRoute(socket, { destination, link });
      addNeighbour(socket, { link, address: network64, mac: '02:00:00:00:00:01' });
      deleteNeighbour(socket, { link, address: network64 });
      deleteRoute(socket, { destination });
      deleteAddress(socket, own);
    }
    addBridge(socket, { name: 'last' });
    const events = await until('last');
    const told = events.flatMap((event) => {
      switch (event.kind) {
        case 'link':
          return [];
        case 'address':
          return [`${event.change} address ${event.address.address}`];
        case 'route':
          return [`${event.change} route ${event.route.destination.address}`];
        case 'neighbour':
          return [`${event.change} neighbour ${event.neighbour.address}`];
        default:
          return [];
      }
    });
    for (const change of ['new', 'deleted']) {
      expect(told).toContain(`${change} address 10.9.0.1`);
      expect(told).toContain(`${change} address 2001:db8:9::1`);
      expect(told).toContain(`${change} route 10.10.0.0`);
      expect(told).toContain(`${change} route 2001:db8:a::`);
    }
    expect(told).toContain('new neighbour 10.10.0.0');
    expect(told).toContain('deleted neighbour 2001:db8:a::');
  });

  test('IPv4 routes go with their link, and nobody says so', async () => {
    const { socket } = network;
    addVeth(socket, { name: 'a', up: true, peer: { name: 'b' } });
    setLink(socket, linkNamed(socket, 'b')?.index ?? 0, { up: true });
    const link = linkNamed(socket, 'a')?.index ?? 0;
    addRoute(socket, { destination: { address: '10.10.0.0', prefix: 16 }, link });
    listener.join(RTNLGRP_LINK);
    listener.join(RTNLGRP_IPV4_ROUTE);
    deleteLink(socket, link);
    addBridge(socket, { name: 'last' });
    expect((await until('last')).filter(({ kind }) => kind === 'route')).toEqual([]);
  });
});

describe('routeEvents', () => {
  const answer = (type: number, body: Buffer) => ({ type, flags: 0, sequence: 0, body });

  test('leaves out what it is not about', () => {
    expect(routeEvents([answer(80, Buffer.alloc(0))])).toEqual([]);
    // A neighbour of a bridge: its family is 7.
    expect(routeEvents([answer(28, Buffer.from([7, ...new Uint8Array(11)]))])).toEqual([]);
  });

  test('reads what it knows among what it does not', () => {
    const body = new Writer()
      .raw(new Uint8Array(4))
      .i32(5)
      .u32(1)
      .u32(0)
      .attribute(0x3000, new Uint8Array(3))
      .stringAttribute(3, 'eth0')
      .bytes();
    expect(routeEvents([answer(17, body)])).toMatchObject([
      { kind: 'link', change: 'deleted', link: { index: 5, name: 'eth0', up: true, mtu: 0 } },
    ]);
  });

  test.each([
    ['a link without a name', 16, new Writer().raw(new Uint8Array(16))],
    ['a link that is cut off', 16, new Writer().raw(new Uint8Array(15))],
    ['an address that is none', 20, new Writer().u8(2).raw(new Uint8Array(7))],
    [
      'an IPv4 address of 16 bytes',
      20,
      new Writer().u8(2).raw(new Uint8Array(7)).attribute(1, new Uint8Array(16)),
    ],
    ['a route to a prefix of nothing', 24, new Writer().u8(2).u8(8).raw(new Uint8Array(10))],
    [
      'a gateway that is cut off',
      24,
      new Writer()
        .u8(2)
        .raw(new Uint8Array(11))
        .attribute(18, Buffer.from([10, 0, 1])),
    ],
    [
      'a link index of two bytes',
      24,
      new Writer().u8(2).raw(new Uint8Array(11)).u16Attribute(4, 1),
    ],
    ['a neighbour without an address', 28, new Writer().u8(10).raw(new Uint8Array(11))],
  ])('refuses %s', (_reason, type, writer) => {
    expect(() => routeEvents([answer(type, writer.bytes())])).toThrow(MalformedAnswer);
  });
});
