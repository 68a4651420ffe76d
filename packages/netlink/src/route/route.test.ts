import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addAddress } from './address.ts';
import { addRoute, deleteRoute, type NewRoute } from './change-route.ts';
import { linkNamed } from './link.ts';
import { type Route, routes } from './route.ts';
import { setLink } from './set-link.ts';
import { cannotTest, openTestNetwork, type TestNetwork, titled } from './testing.ts';
import { addVeth } from './veth.ts';

/** A table that nobody else uses. */
const table = 1000;

describe.skipIf(cannotTest() !== undefined)(titled('routes'), () => {
  let network: TestNetwork;
  let link: number;

  beforeEach(() => {
    network = openTestNetwork();
    addVeth(network.socket, { name: 'a', up: true, peer: { name: 'b' } });
    setLink(network.socket, linkNamed(network.socket, 'b')?.index ?? 0, { up: true });
    link = linkNamed(network.socket, 'a')?.index ?? 0;
    setLink(network.socket, 1, { up: true });
    addAddress(network.socket, { link, address: '10.0.0.1', prefix: 24 });
    addAddress(network.socket, { link, address: '2001:db8::1', prefix: 64, noDad: true });
  });
  afterEach(() => network.close());

  /** What this package and what `ip` says of the only route of the test's table. */
  function only(family: '-4' | '-6'): { readonly ours: Route; readonly theirs: unknown } {
    const [ours, ...others] = routes(network.socket, { table });
    const theirs = network.ask([family, 'route', 'show', 'table', String(table)]) as unknown[];
    if (ours === undefined) throw new Error('no route');
    expect(others).toEqual([]);
    expect(theirs).toHaveLength(1);
    return { ours, theirs: theirs[0] };
  }

  const v4 = { address: '10.1.0.0', prefix: 16 };
  const v6 = { address: '2001:db8:1::', prefix: 48 };
  const everywhere4 = { address: '0.0.0.0', prefix: 0 };
  const everywhere6 = { address: '::', prefix: 0 };

  test.each<{
    readonly reason: string;
    readonly route: (link: number) => NewRoute;
    readonly read: (link: number) => Partial<Route>;
    readonly shown: object;
  }>([
    {
      reason: 'IPv4 by a gateway',
      route: () => ({ destination: v4, gateway: '10.0.0.2', table, metric: 7 }),
      read: (own) => ({ kind: 'unicast', link: own, gateway: '10.0.0.2', metric: 7 }),
      shown: { type: 'unicast', dst: '10.1.0.0/16', gateway: '10.0.0.2', dev: 'a', metric: 7 },
    },
    {
      reason: 'IPv4 on a link',
      route: (own) => ({ destination: v4, link: own, table }),
      read: (own) => ({ link: own, gateway: '', scope: 'link', protocol: 4 }),
      shown: { dst: '10.1.0.0/16', dev: 'a', scope: 'link', protocol: 'static' },
    },
    {
      reason: 'the default, with a source and a protocol',
      route: () => ({
        destination: everywhere4,
        gateway: '10.0.0.2',
        table,
        source: '10.0.0.1',
        protocol: 99,
      }),
      read: () => ({ destination: everywhere4, source: '10.0.0.1', protocol: 99 }),
      shown: { dst: 'default', prefsrc: '10.0.0.1', protocol: 'openr' },
    },
    {
      reason: 'a gateway of which nothing else is known',
      route: (own) => ({
        destination: everywhere4,
        link: own,
        gateway: '169.254.1.1',
        onLink: true,
        table,
      }),
      read: () => ({ gateway: '169.254.1.1', scope: 'universe' }),
      shown: { dst: 'default', gateway: '169.254.1.1', flags: ['onlink'] },
    },
    {
      reason: 'IPv4 by an IPv6 gateway',
      route: (own) => ({ destination: v4, link: own, gateway: 'fe80::1', table }),
      read: () => ({ family: 'IPv4', gateway: 'fe80::1' }),
      shown: { dst: '10.1.0.0/16', via: { family: 'inet6', host: 'fe80::1' } },
    },
    {
      reason: 'IPv4 dropped',
      route: () => ({ destination: v4, kind: 'blackhole', table }),
      read: () => ({ kind: 'blackhole', link: 0 }),
      shown: { type: 'blackhole', dst: '10.1.0.0/16' },
    },
    {
      reason: 'IPv4 refused',
      route: () => ({ destination: v4, kind: 'unreachable', table }),
      read: () => ({ kind: 'unreachable' }),
      shown: { type: 'unreachable' },
    },
    {
      reason: 'IPv4 taken in',
      route: () => ({ destination: v4, kind: 'local', link: 1, table }),
      read: () => ({ kind: 'local', link: 1, scope: 'host' }),
      shown: { type: 'local', dst: '10.1.0.0/16', dev: 'lo', scope: 'host' },
    },
    {
      reason: 'IPv6 by a gateway',
      route: () => ({ destination: v6, gateway: '2001:db8::2', table }),
      read: (own) => ({ family: 'IPv6', link: own, gateway: '2001:db8::2', metric: 1024 }),
      shown: { dst: '2001:db8:1::/48', gateway: '2001:db8::2', dev: 'a', metric: 1024 },
    },
    {
      reason: 'IPv6 default',
      route: (own) => ({ destination: everywhere6, link: own, gateway: 'fe80::1', table }),
      read: () => ({ destination: everywhere6, gateway: 'fe80::1' }),
      shown: { dst: 'default', gateway: 'fe80::1' },
    },
    {
      reason: 'IPv6 dropped',
      route: () => ({ destination: v6, kind: 'blackhole', table }),
      read: () => ({ kind: 'blackhole' }),
      shown: { type: 'blackhole', dst: '2001:db8:1::/48' },
    },
    {
      reason: 'IPv6 taken in',
      route: () => ({ destination: v6, kind: 'local', link: 1, table }),
      read: () => ({ kind: 'local', link: 1 }),
      shown: { type: 'local', dst: '2001:db8:1::/48', dev: 'lo' },
    },
  ])('makes and deletes: $reason', ({ route, read, shown }) => {
    const wanted = route(link);
    addRoute(network.socket, wanted);
    const { ours, theirs } = only(wanted.destination.address.includes(':') ? '-6' : '-4');
    expect(ours).toMatchObject({ table, destination: wanted.destination, ...read(link) });
    expect(theirs).toMatchObject(shown);
    const { destination, gateway, kind } = wanted;
    deleteRoute(network.socket, {
      destination,
      table,
      ...(gateway === undefined ? {} : { gateway }),
      ...(kind === undefined ? {} : { kind }),
    });
    expect(routes(network.socket, { table })).toEqual([]);
  });

  test('lists all tables, as `ip` does', () => {
    addRoute(network.socket, { destination: v4, kind: 'blackhole', table });
    addRoute(network.socket, { destination: v6, gateway: '2001:db8::2' });
    const theirs = ['-4', '-6'].flatMap(
      (family) => network.ask([family, 'route', 'show', 'table', 'all']) as { dst: string }[],
    );
    const spelled = routes(network.socket).map(({ destination: { address, prefix } }) => {
      if (prefix === 0) return 'default';
      return prefix === (address.includes(':') ? 128 : 32) ? address : `${address}/${prefix}`;
    });
    expect(spelled.sort()).toEqual(theirs.map(({ dst }) => dst).sort());
    expect(routes(network.socket, { table: 254 }).every((route) => route.table === 254)).toBe(true);
    expect(routes(network.socket, { table: 4_000_000_000 })).toEqual([]);
  });

  test('a local route is in the local table unless told otherwise', () => {
    const destination = { address: '10.7.0.0', prefix: 16 };
    const wanted: NewRoute = { destination, kind: 'local', link: 1 };
    addRoute(network.socket, wanted);
    const local = (): readonly Route[] =>
      routes(network.socket, { table: 255 }).filter(
        (route) => route.destination.address === destination.address,
      );
    expect(local()).toHaveLength(1);
    deleteRoute(network.socket, { destination, kind: 'local' });
    expect(local()).toEqual([]);
  });

  test.each([v4, v6])('a second one to $address is refused, or takes its place', (destination) => {
    const [first, second] = destination === v4 ? ['10.0.0.2', '10.0.0.3'] : ['fe80::2', 'fe80::3'];
    const route = { destination, link, table };
    addRoute(network.socket, { ...route, gateway: first ?? '' });
    expect(() => addRoute(network.socket, { ...route, gateway: second ?? '' })).toThrow(
      `cannot add route ${destination.address}/${destination.prefix} of table ${table}: EEXIST`,
    );
    addRoute(network.socket, { ...route, gateway: second ?? '', replace: true });
    expect(routes(network.socket, { table })).toMatchObject([{ gateway: second }]);
  });

  test.each([v4, v6])('what is not there cannot be deleted: $address', (destination) => {
    expect(() => deleteRoute(network.socket, { destination, table })).toThrow(
      `cannot delete route ${destination.address}/${destination.prefix} of table ${table}: ESRCH`,
    );
  });

  test('a gateway that nobody can reach is refused, with the reason', () => {
    const route = { destination: v4, gateway: '192.168.0.1' };
    expect(() => addRoute(network.socket, route)).toThrow(
      'cannot add route 10.1.0.0/16: ENETUNREACH (Nexthop has invalid gateway)',
    );
  });

  test('lists 5000 routes', () => {
    for (let index = 0; index < 5_000; index += 1) {
      const address = `10.${100 + (index >> 8)}.${index & 0xff}.0`;
      addRoute(network.socket, { destination: { address, prefix: 24 }, link, table });
    }
    expect(routes(network.socket, { table })).toHaveLength(5_000);
  });
});
