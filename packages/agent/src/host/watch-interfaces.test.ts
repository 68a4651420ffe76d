import {
  addAddress,
  addBridge,
  addRoute,
  addVeth,
  deleteAddress,
  deleteLink,
  deleteRoute,
  missingPrivilege,
  setLink,
} from '@ringfence/netlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  addBridgeEntry,
  addHostRoute,
  addTestBridge,
  configure,
  fix,
  ip,
  makeTestNode,
  type TestNode,
  until,
} from './testing.ts';

const reason = missingPrivilege();
const title = reason === undefined ? '' : ` (skipped: ${reason})`;
const DEFAULTS = { IPv4: '0.0.0.0', IPv6: '::' } as const;

describe.skipIf(reason !== undefined)(`watchInterfaces${title}`, () => {
  let node: TestNode;
  beforeEach(() => {
    node = makeTestNode();
  });
  afterEach(() => node.close());

  function addDefaultRoute(link: string, protocol: number): void {
    for (const [family, address] of Object.entries(DEFAULTS)) {
      const gateway = family === 'IPv4' ? '169.254.254.254' : 'fe80::1';
      const destination = { address, prefix: 0 };
      const route = { destination, link: node.index(link), gateway, onLink: true, protocol };
      addRoute(node.route, route);
    }
  }

  describe('which links are pods', () => {
    test.each([
      ['veth to another namespace', () => void node.plug('a'), ['a']],
      ['no link but loopback', () => undefined, []],
      [
        'veth with both ends here',
        () => addVeth(node.route, { name: 'a', peer: { name: 'b' } }),
        [],
      ],
      ['bridge without ports', () => void addTestBridge(node, 'cni0'), []],
      [
        'bridge with a port that is no pod',
        () => {
          const master = addTestBridge(node, 'cni0');
          addVeth(node.route, { name: 'a', peer: { name: 'b' }, master });
        },
        [],
      ],
      [
        'bridge with a pod, and the port',
        () => {
          node.plug('a');
          setLink(node.route, node.index('a'), { master: addTestBridge(node, 'cni0') });
        },
        ['a', 'cni0'],
      ],
      [
        'uplink by the default route that somebody made',
        () => {
          node.plug('eth0');
          addDefaultRoute('eth0', 4);
          node.plug('a');
        },
        ['a'],
      ],
      [
        'not by one that a router advertisement made: pods can send those',
        () => {
          node.plug('a');
          addDefaultRoute('a', 9);
        },
        ['a'],
      ],
      [
        'uplink by an address in a network',
        () => {
          node.plug('eth0');
          const link = node.index('eth0');
          addAddress(node.route, { link, address: '192.168.0.2', prefix: 24 });
        },
        [],
      ],
      [
        'pod although the end here has an address by itself',
        () => {
          node.plug('a');
          const link = node.index('a');
          addAddress(node.route, { link, address: '10.1.1.1', prefix: 32 });
          addAddress(node.route, { link, address: '2001:db8::1', prefix: 64, noDad: true });
        },
        ['a'],
      ],
      [
        'bridge that leads away, and none of its ports',
        () => {
          node.plug('a');
          setLink(node.route, node.index('a'), { master: addTestBridge(node, 'br0') });
          addDefaultRoute('br0', 4);
        },
        [],
      ],
    ])('%s', (_reason, make: () => void, expected: readonly string[]) => {
      make();
      expect(node.watch().podInterfaces()).toEqual(expected);
    });

    test('what comes and goes later is seen', async () => {
      const watch = node.watch();
      node.plug('a');
      const bridge = addTestBridge(node, 'cni0');
      await until(watch, () => watch.isPod('a'));
      expect(watch.isPod('cni0')).toBe(false);
      setLink(node.route, node.index('a'), { master: bridge });
      await until(watch, () => watch.isPod('cni0'));
      expect(watch.podPorts()).toEqual(['a']);
      setLink(node.route, node.index('a'), { up: false });
      setLink(node.route, node.index('a'), { name: 'renamed' });
      await until(watch, () => watch.isPod('renamed'));
      expect(watch.podInterfaces()).toEqual(['cni0', 'renamed']);
      deleteLink(node.route, node.index('renamed'));
      await until(watch, () => watch.podInterfaces().length === 0);
    });

    test('an uplink stays one while its default route is away', async () => {
      node.plug('eth0');
      addDefaultRoute('eth0', 4);
      const watch = node.watch();
      deleteRoute(node.route, { destination: { address: '0.0.0.0', prefix: 0 } });
      deleteRoute(node.route, { destination: { address: '::', prefix: 0 } });
      node.plug('a');
      await until(watch, () => watch.isPod('a'));
      expect(watch.podInterfaces()).toEqual(['a']);
    });

    test('a link becomes an uplink when somebody leads away over it', async () => {
      node.plug('eth0');
      const watch = node.watch();
      expect(watch.isPod('eth0')).toBe(true);
      addDefaultRoute('eth0', 4);
      await until(watch, () => !watch.isPod('eth0'));
    });

    test('names that people give go before what is found', () => {
      for (const name of ['cali1', 'cali2', 'other', 'eth0']) node.plug(name);
      addDefaultRoute('eth0', 4);
      const podInterfaces = ['cali*', 'eth0'];
      const watch = node.watch({ podInterfaces, exclude: ['cali2'] });
      expect(watch.podInterfaces()).toEqual(['cali1', 'eth0']);
    });

    test('a bridge that is left out takes its ports with it', () => {
      node.plug('a');
      addBridge(node.route, { name: 'docker0' });
      setLink(node.route, node.index('a'), { master: node.index('docker0') });
      expect(node.watch({ exclude: ['docker*'] }).podInterfaces()).toEqual([]);
    });
  });

  describe('routed pods', () => {
    const ADDRESSES = ['10.1.1.5', '2001:db8:1::5'];

    test.each(ADDRESSES)(
      '%s is where its own route first leads, until its pod is told of again',
      async (address) => {
        node.plug('a');
        const watch = node.watch();
        expect(watch.interfaceOf(ip(address))).toBeUndefined();
        addHostRoute(node, address, 'a');
        await until(watch, () => watch.interfaceOf(ip(address)) === 'a');
        node.plug('b');
        addHostRoute(node, address, 'b');
        await until(watch, () => watch.interfaceOf(ip(address)) === undefined);
        expect(watch.reconsider(ip(address))).toBe(true);
        expect(watch.interfaceOf(ip(address))).toBe('b');
        expect(watch.reconsider(ip(address)), 'nothing to look for').toBe(false);
        expect(watch.portOf(ip(address))).toBeUndefined();
        deleteLink(node.route, node.index('b'));
        await until(watch, () => watch.interfaceOf(ip(address)) !== 'b');
      },
    );

    test.each(ADDRESSES)('%s is nowhere while its link is down', async (address) => {
      node.plug('a');
      addHostRoute(node, address, 'a');
      const watch = node.watch();
      expect(watch.interfaceOf(ip(address))).toBe('a');
      setLink(node.route, node.index('a'), { up: false });
      await until(watch, () => watch.interfaceOf(ip(address)) === undefined);
    });

    test('a route goes when the address that it is from goes', async () => {
      const own = { link: node.index('lo'), address: '192.168.0.1', prefix: 32 };
      addAddress(node.route, own);
      node.plug('a');
      const destination = { address: '10.1.1.5', prefix: 32 };
      addRoute(node.route, { destination, link: node.index('a'), source: own.address });
      const watch = node.watch();
      expect(watch.interfaceOf(ip('10.1.1.5'))).toBe('a');
      deleteAddress(node.route, own);
      await until(watch, () => watch.interfaceOf(ip('10.1.1.5')) === undefined);
    });

    test.each([
      ['a range', { destination: { address: '10.1.1.0', prefix: 24 } }],
      [
        'a gateway behind the pod',
        { destination: { address: '10.1.1.5', prefix: 32 }, gateway: '10.9.9.9', onLink: true },
      ],
      ['an advertisement', { destination: { address: '2001:db8:1::5', prefix: 128 }, protocol: 9 }],
      [
        'a prefix that was advertised',
        { destination: { address: '2001:db8:1::5', prefix: 128 }, protocol: 2 },
      ],
    ])('a route by %s binds nobody', (_reason, route) => {
      node.plug('a');
      addRoute(node.route, { ...route, link: node.index('a') });
      const watch = node.watch();
      expect(watch.interfaceOf(ip('10.1.1.5'))).toBeUndefined();
      expect(watch.interfaceOf(ip('2001:db8:1::5'))).toBeUndefined();
    });

    test('a route over a link that is no pod binds nobody', () => {
      node.plug('eth0');
      addDefaultRoute('eth0', 4);
      addHostRoute(node, '10.1.2.5', 'eth0');
      expect(node.watch().interfaceOf(ip('10.1.2.5'))).toBeUndefined();
    });

    test('what was told outright goes before routes, until it is released', () => {
      node.plug('a');
      node.plug('b');
      addHostRoute(node, '10.1.1.5', 'a');
      const watch = node.watch();
      watch.pin(ip('10.1.1.5'), 'b');
      expect(watch.interfaceOf(ip('10.1.1.5'))).toBe('b');
      watch.pin(ip('10.1.1.5'), 'not there');
      expect(watch.interfaceOf(ip('10.1.1.5'))).toBeUndefined();
      watch.release(ip('10.1.1.5'));
      expect(watch.interfaceOf(ip('10.1.1.5'))).toBe('a');
    });
  });

  describe('pods on a bridge', () => {
    const [A4, A6] = ['10.1.1.5', '2001:db8:1::5'];

    function plugBridged(name: string): ReturnType<TestNode['plug']> {
      const pod = node.plug(name);
      setLink(node.route, node.index(name), { master: node.index('cni0') });
      return pod;
    }
    beforeEach(() => void addTestBridge(node, 'cni0'));

    test('the bridge is the interface of its ranges, and of addresses that are led to it', () => {
      plugBridged('a');
      addHostRoute(node, '10.7.7.7', 'cni0');
      const watch = node.watch();
      expect([A4, A6, '10.7.7.7'].map((each) => watch.interfaceOf(ip(each)))).toEqual([
        'cni0',
        'cni0',
        'cni0',
      ]);
      expect(watch.interfaceOf(ip('10.1.1.1')), 'the own address of the node').toBeUndefined();
    });

    test.each([A4, A6])('%s is behind the port that the node itself names', async (address) => {
      const pod = plugBridged('a');
      plugBridged('b');
      const watch = node.watch();
      expect(watch.portOf(ip(address))).toBeUndefined();
      expect(watch.lacksPort(ip(address))).toBe(true);
      fix(node, { address, port: 'a', pod });
      await until(watch, () => watch.portOf(ip(address)) === 'a');
      expect(watch.lacksPort(ip(address))).toBe(false);
    });

    test('an entry that the next frame could move does not count', () => {
      const pod = plugBridged('a');
      const mac = '02:00:00:00:00:05';
      setLink(pod.route, pod.index('eth0'), { mac });
      fix(node, { address: A4, port: 'a', pod });
      addBridgeEntry(node, { port: 'a', mac, sticky: false });
      const watch = node.watch();
      expect(watch.portOf(ip(A4))).toBeUndefined();
      addBridgeEntry(node, { port: 'a', mac, sticky: true });
      expect(watch.portOf(ip(A4))).toBe('a');
    });

    test('the port of an address stays until it is released', () => {
      const [a, b] = [plugBridged('a'), plugBridged('b')];
      const watch = node.watch();
      fix(node, { address: A4, port: 'a', pod: a });
      expect(watch.portOf(ip(A4))).toBe('a');
      fix(node, { address: A4, port: 'b', pod: b });
      expect(watch.portOf(ip(A4))).toBe('a');
      watch.release(ip(A4));
      expect(watch.portOf(ip(A4))).toBe('b');
    });

    test('the port of an address goes with the link', async () => {
      const pod = plugBridged('a');
      fix(node, { address: A4, port: 'a', pod });
      const watch = node.watch();
      expect(watch.portOf(ip(A4))).toBe('a');
      deleteLink(node.route, node.index('a'));
      await until(watch, () => watch.portOf(ip(A4)) === undefined);
      fix(node, { address: A4, port: 'b', pod: plugBridged('b') });
      await until(watch, () => watch.podPorts().includes('b'));
      expect(watch.portOf(ip(A4)), 'another pod has the address').toBeUndefined();
      expect(watch.reconsider(ip(A4))).toBe(true);
      expect(watch.portOf(ip(A4))).toBe('b');
    });

    test.each([A4, A6])('%s is where a pod has it, if pods are believed', async (address) => {
      plugBridged('a');
      const pod = plugBridged('b');
      const watch = node.watch({ believe: 'pods' });
      expect(watch.portOf(ip(address))).toBeUndefined();
      configure(pod, address);
      await until(watch, () => watch.portOf(ip(address)) === 'b');
      const sceptic = node.watch({ believe: 'node' });
      expect(sceptic.portOf(ip(address))).toBeUndefined();
    });

    test('an address that two pods have is nobody’s, and it is said', () => {
      for (const name of ['a', 'b']) configure(plugBridged(name), A4);
      const watch = node.watch({ believe: 'pods' });
      expect(watch.portOf(ip(A4))).toBeUndefined();
      expect(watch.problems()).toEqual([
        '10.1.1.5 is closed: the pods behind a, b all have it; delete the pods that it was not given to',
      ]);
    });

    test('a pod that is bound takes no other address by giving it to itself', async () => {
      const thief = plugBridged('a');
      configure(thief, A4);
      const watch = node.watch({ believe: 'pods' });
      expect(watch.portOf(ip(A4))).toBe('a');
      configure(thief, '10.1.1.6');
      // What a pod has is read once in a turn.
      await Promise.resolve();
      expect(watch.portOf(ip('10.1.1.6'))).toBeUndefined();
    });

    test('the second family of a pod may come after the first one was bound', async () => {
      const pod = plugBridged('a');
      configure(pod, A4);
      const watch = node.watch({ believe: 'pods' });
      expect(watch.portOf(ip(A4))).toBe('a');
      configure(pod, A6);
      await until(watch, () => watch.portOf(ip(A6)) === 'a');
    });

    test('what was told outright goes before all else, for the bridge as well', () => {
      plugBridged('a');
      const pod = plugBridged('b');
      fix(node, { address: A4, port: 'b', pod });
      const watch = node.watch();
      watch.pin(ip(A4), 'a');
      expect([watch.portOf(ip(A4)), watch.interfaceOf(ip(A4))]).toEqual(['a', 'cni0']);
      expect(watch.lacksPort(ip(A4))).toBe(false);
    });
  });

  test('everything is read again when notifications were lost', async () => {
    node.plug('a');
    const watch = node.watch();
    expect(watch.interfaceOf(ip('10.1.1.5'))).toBeUndefined();
    const route = { destination: { address: '10.99.0.1', prefix: 32 }, link: node.index('a') };
    // Nobody reads meanwhile, and all of it is more than the kernel keeps.
    for (let round = 0; round < 12_000; round += 1) {
      addRoute(node.route, route);
      deleteRoute(node.route, route);
    }
    node.plug('b');
    addHostRoute(node, '10.1.1.5', 'b');
    await until(watch, () => watch.interfaceOf(ip('10.1.1.5')) === 'b');
    expect(watch.podInterfaces()).toEqual(['a', 'b']);
  });
});
