import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { linkNamed } from './link.ts';
import {
  addNeighbour,
  addNeighbourProxy,
  deleteNeighbour,
  deleteNeighbourProxy,
  type Neighbour,
  neighbours,
} from './neighbour.ts';
import { setLink } from './set-link.ts';
import { cannotTest, openTestNetwork, type TestNetwork, titled } from './testing.ts';
import { addVeth } from './veth.ts';

const mac = '02:00:00:00:00:09';

describe.skipIf(cannotTest() !== undefined)(titled('neighbours'), () => {
  let network: TestNetwork;
  let link: number;

  beforeEach(() => {
    network = openTestNetwork();
    addVeth(network.socket, { name: 'a', up: true, peer: { name: 'b' } });
    setLink(network.socket, linkNamed(network.socket, 'b')?.index ?? 0, { up: true });
    link = linkNamed(network.socket, 'a')?.index ?? 0;
  });
  afterEach(() => network.close());

  /** Without those that the kernel finds by itself, for multicast. */
  function permanent(): readonly Neighbour[] {
    return neighbours(network.socket).filter(({ state }) => state === 'permanent');
  }

  test.each([
    ['10.0.0.9', 'IPv4'],
    ['2001:db8::9', 'IPv6'],
  ])('adds, replaces and deletes %s', (address, family) => {
    const key = { link, address };
    addNeighbour(network.socket, { ...key, mac });
    expect(permanent()).toEqual([{ ...key, family, mac, state: 'permanent', proxy: false }]);
    const shown = network.ask(['neigh', 'show', 'nud', 'permanent']);
    expect(shown).toMatchObject([{ dst: address, dev: 'a', lladdr: mac, state: ['PERMANENT'] }]);

    const other = { ...key, mac: '02:00:00:00:00:0a' };
    const taken = `cannot add neighbour ${address} on link ${link}: EEXIST`;
    expect(() => addNeighbour(network.socket, other)).toThrow(taken);
    addNeighbour(network.socket, { ...other, replace: true });
    expect(permanent()).toMatchObject([{ mac: '02:00:00:00:00:0a' }]);

    deleteNeighbour(network.socket, key);
    expect(permanent()).toEqual([]);
    const missing = { link, address: `${address}9` };
    expect(() => deleteNeighbour(network.socket, missing)).toThrow(
      `cannot delete neighbour ${address}9 on link ${link}: ENOENT`,
    );
  });

  test.each([
    ['10.0.0.9', 'IPv4'],
    ['2001:db8::9', 'IPv6'],
  ])('answers for %s, until it does not', (address, family) => {
    const key = { link, address };
    addNeighbourProxy(network.socket, key);
    addNeighbourProxy(network.socket, key);
    const proxies = (): readonly Neighbour[] =>
      neighbours(network.socket).filter(({ proxy }) => proxy);
    expect(proxies()).toMatchObject([{ ...key, family, mac: '' }]);
    expect(network.ask(['neigh', 'show', 'proxy'])).toMatchObject([{ dst: address, dev: 'a' }]);
    deleteNeighbourProxy(network.socket, key);
    expect(proxies()).toEqual([]);
    expect(() => deleteNeighbourProxy(network.socket, key)).toThrow(
      `cannot delete neighbour proxy ${address} on link ${link}: ENOENT`,
    );
  });
});
