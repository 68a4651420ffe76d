import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addAddress, addresses, deleteAddress } from './address.ts';
import { linkNamed } from './link.ts';
import { setLink } from './set-link.ts';
import { cannotTest, openTestNetwork, type TestNetwork, titled } from './testing.ts';
import { addVeth } from './veth.ts';

describe.skipIf(cannotTest() !== undefined)(titled('addresses'), () => {
  let network: TestNetwork;
  let link: number;

  beforeEach(() => {
    network = openTestNetwork();
    addVeth(network.socket, { name: 'a', peer: { name: 'b' } });
    link = linkNamed(network.socket, 'a')?.index ?? 0;
  });
  afterEach(() => network.close());

  const shown = (): unknown => network.ask(['addr', 'show', 'dev', 'a']);

  test('none at first', () => {
    expect(addresses(network.socket)).toEqual([]);
  });

  test('loopback has its own, once it is up', () => {
    setLink(network.socket, 1, { up: true });
    const common = { link: 1, scope: 'host', peer: '', permanent: true, tentative: false };
    expect(addresses(network.socket)).toEqual([
      { ...common, family: 'IPv4', address: '127.0.0.1', prefix: 8 },
      { ...common, family: 'IPv6', address: '::1', prefix: 128 },
    ]);
  });

  test('addAddress: IPv4', () => {
    addAddress(network.socket, { link, address: '10.0.0.1', prefix: 24 });
    const address = { family: 'IPv4', address: '10.0.0.1', prefix: 24, peer: '' };
    expect(addresses(network.socket)).toEqual([
      { link, ...address, scope: 'universe', tentative: false, permanent: true },
    ]);
    expect(shown()).toMatchObject([
      { addr_info: [{ family: 'inet', local: '10.0.0.1', prefixlen: 24, scope: 'global' }] },
    ]);
  });

  test('addAddress: IPv4 with a peer, and a scope', () => {
    const key = { link, address: '10.0.0.1', prefix: 32, peer: '169.254.1.1' };
    addAddress(network.socket, { ...key, scope: 'link' });
    expect(addresses(network.socket)).toMatchObject([{ ...key, scope: 'link' }]);
    expect(shown()).toMatchObject([
      { addr_info: [{ local: '10.0.0.1', address: '169.254.1.1', prefixlen: 32, scope: 'link' }] },
    ]);
    deleteAddress(network.socket, key);
    expect(addresses(network.socket)).toEqual([]);
  });

  test('addAddress: IPv6, at once in use where told', () => {
    addAddress(network.socket, { link, address: '2001:db8::1', prefix: 64, noDad: true });
    addAddress(network.socket, { link, address: 'fe80::1', prefix: 128, peer: 'fe80::2' });
    expect(addresses(network.socket)).toMatchObject([
      { address: '2001:db8::1', prefix: 64, peer: '', scope: 'universe' },
      { address: 'fe80::1', prefix: 128, peer: 'fe80::2', scope: 'link', tentative: true },
    ]);
    expect(shown()).toMatchObject([
      {
        addr_info: [
          { family: 'inet6', local: '2001:db8::1', prefixlen: 64, nodad: true },
          { family: 'inet6', local: 'fe80::1', address: 'fe80::2', prefixlen: 128 },
        ],
      },
    ]);
    setLink(network.socket, link, { up: true });
    const atOnce = addresses(network.socket).find(({ address }) => address === '2001:db8::1');
    expect(atOnce?.tentative).toBe(false);
  });

  test('addAddress makes a route to the network around it, or none where told', () => {
    setLink(network.socket, link, { up: true });
    addAddress(network.socket, { link, address: '10.0.0.1', prefix: 24, noPrefixRoute: true });
    expect(network.ask(['-4', 'route'])).toEqual([]);
    addAddress(network.socket, { link, address: '10.1.0.1', prefix: 24 });
    expect(network.ask(['-4', 'route'])).toMatchObject([{ dst: '10.1.0.0/24' }]);
  });

  test('what is there cannot be added, what is not cannot be deleted', () => {
    for (const address of ['10.0.0.1', '2001:db8::1']) {
      const key = { link, address, prefix: 28 };
      addAddress(network.socket, key);
      const message = `cannot add address ${address}/28 of link ${link}: EEXIST`;
      expect(() => addAddress(network.socket, key)).toThrow(message);
      deleteAddress(network.socket, key);
      const missing = `cannot delete address ${address}/28 of link ${link}: EADDRNOTAVAIL`;
      expect(() => deleteAddress(network.socket, key)).toThrow(missing);
    }
    const nowhere = { link: 999, address: '10.0.0.1', prefix: 24 };
    expect(() => addAddress(network.socket, nowhere)).toThrow('of link 999: ENODEV');
  });

  test('another prefix is another address', () => {
    addAddress(network.socket, { link, address: '10.0.0.1', prefix: 24 });
    const other = { link, address: '10.0.0.1', prefix: 16 };
    expect(() => deleteAddress(network.socket, other)).toThrow('EADDRNOTAVAIL');
  });
});
