import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KernelError } from '../kernel-error.ts';
import { addBridge, fixBridgeAddress, setBridgePort } from './bridge.ts';
import { addDummy } from './dummy.ts';
import { type Link, linkNamed, links } from './link.ts';
import { deleteLink, setLink } from './set-link.ts';
import { cannotTest, openTestNetwork, type TestNetwork, titled } from './testing.ts';
import { addVeth } from './veth.ts';
import { addVxlan } from './vxlan.ts';

describe.skipIf(cannotTest() !== undefined)(titled('links'), () => {
  let here: TestNetwork;
  let there: TestNetwork;

  beforeEach(() => {
    here = openTestNetwork();
    there = openTestNetwork();
  });
  afterEach(() => {
    here.close();
    there.close();
  });

  function link(name: string, network = here): Link {
    const found = linkNamed(network.socket, name);
    if (found === undefined) throw new Error(`no link ${name}`);
    return found;
  }

  test('a new namespace has loopback, which is down', () => {
    expect(links(here.socket)).toEqual([
      {
        index: 1,
        name: 'lo',
        kind: '',
        up: false,
        running: false,
        mtu: 65_536,
        mac: '00:00:00:00:00:00',
        master: 0,
        peerIndex: 0,
        peerNamespaceId: -1,
      },
    ]);
    expect(linkNamed(here.socket, 'eth0')).toBeUndefined();
  });

  test('addVeth makes each end in its namespace, as told', () => {
    addVeth(here.socket, {
      name: 'pod1',
      mac: '02:00:00:00:00:01',
      mtu: 1400,
      up: true,
      peer: {
        name: 'eth0',
        mac: '02:00:00:00:00:02',
        mtu: 1300,
        namespace: there.namespace,
      },
    });
    const far = link('eth0', there);
    expect(far.up).toBe(false);
    setLink(there.socket, far.index, { up: true });
    const near = link('pod1');
    expect(near).toMatchObject({ kind: 'veth', up: true, running: true, mtu: 1400 });
    expect(near).toMatchObject({ mac: '02:00:00:00:00:01', peerIndex: far.index });
    expect(near.peerNamespaceId).toBeGreaterThanOrEqual(0);
    expect(far).toMatchObject({ mac: '02:00:00:00:00:02', mtu: 1300, peerIndex: near.index });
    expect(here.ask(['link', 'show', 'dev', 'pod1'])).toMatchObject([
      { address: '02:00:00:00:00:01', mtu: 1400, linkinfo: { info_kind: 'veth' } },
    ]);
    expect(there.ask(['link', 'show', 'dev', 'eth0'])).toMatchObject([
      { address: '02:00:00:00:00:02', mtu: 1300, link_index: near.index },
    ]);
    expect(linkNamed(here.socket, 'eth0')).toBeUndefined();
  });

  test('addVeth in one namespace: both ends are here', () => {
    addVeth(here.socket, { name: 'a', peer: { name: 'b' } });
    expect(link('a')).toMatchObject({ peerIndex: link('b').index, peerNamespaceId: -1 });
    expect(link('a')).toMatchObject({ up: false, running: false });
  });

  test('addVeth makes neither end when one name is taken', () => {
    addVeth(there.socket, { name: 'eth0', peer: { name: 'other' } });
    const veth = { name: 'pod1', peer: { name: 'eth0', namespace: there.namespace } };
    expect(() => addVeth(here.socket, veth)).toThrow('cannot add link pod1: EEXIST');
    expect(linkNamed(here.socket, 'pod1')).toBeUndefined();
  });

  test('a duplicate is refused by name', () => {
    addBridge(here.socket, { name: 'br0' });
    expect(caught(() => addBridge(here.socket, { name: 'br0' }))).toMatchObject({
      code: 'EEXIST',
      operation: 'add link',
      object: 'br0',
    });
  });

  test('a name has at most 15 bytes', () => {
    addBridge(here.socket, { name: 'a'.repeat(15) });
    expect(link('a'.repeat(15)).kind).toBe('bridge');
    expect(caught(() => addBridge(here.socket, { name: 'a'.repeat(16) })).code).toBe('ERANGE');
    expect(caught(() => addBridge(here.socket, { name: 'é'.repeat(8) })).code).toBe('ERANGE');
  });

  test.each(['', 'a%d', 'a\0b'])('the kernel is not asked for what it misreads: %j', (name) => {
    expect(() => addBridge(here.socket, { name })).toThrow(RangeError);
    expect(() => setLink(here.socket, 1, { name })).toThrow(RangeError);
    expect(links(here.socket)).toHaveLength(1);
  });

  test.each([0, -1])('nor to change or delete link %i', (index) => {
    expect(() => setLink(here.socket, index, { up: true })).toThrow(RangeError);
    expect(() => deleteLink(here.socket, index)).toThrow(RangeError);
  });

  test('addBridge takes no notice of VLANs, and of groups as told', () => {
    addBridge(here.socket, { name: 'br0', mac: '02:00:00:00:00:0b', multicastSnooping: false });
    addBridge(here.socket, { name: 'br1' });
    expect(here.ask(['link', 'show', 'type', 'bridge'])).toMatchObject([
      {
        address: '02:00:00:00:00:0b',
        linkinfo: { info_data: { vlan_filtering: 0, mcast_snooping: 0 } },
      },
      { linkinfo: { info_data: { vlan_filtering: 0, mcast_snooping: 1 } } },
    ]);
  });

  test('fixBridgeAddress says for good which port an address is behind', () => {
    addBridge(here.socket, { name: 'br0' });
    addVeth(here.socket, { name: 'a', peer: { name: 'b' } });
    setLink(here.socket, link('a').index, { master: link('br0').index });
    const mac = '02:00:00:00:00:0a';
    fixBridgeAddress(here.socket, { port: link('a').index, mac });
    expect(here.ask(['fdb', 'show', 'br', 'br0', 'brport', 'a'], 'bridge')).toContainEqual(
      expect.objectContaining({ mac, flags: ['sticky'], state: 'static' }),
    );
    expect(caught(() => fixBridgeAddress(here.socket, { port: 99, mac })).object).toBe(
      `${mac} behind port 99`,
    );
  });

  test.each([
    ['IPv4', '10.0.0.1', { local: '10.0.0.1' }],
    ['IPv6', '2001:db8::1', { local6: '2001:db8::1' }],
  ])('addVxlan: %s', (_family, local, shown) => {
    addVeth(here.socket, { name: 'a', peer: { name: 'b' } });
    const under = link('a').index;
    addVxlan(here.socket, {
      name: 'vx0',
      vni: 77,
      port: 8472,
      local,
      link: under,
      learning: false,
      mtu: 1400,
    });
    expect(link('vx0')).toMatchObject({ kind: 'vxlan', mtu: 1400 });
    expect(here.ask(['link', 'show', 'dev', 'vx0'])).toMatchObject([
      {
        mtu: 1400,
        linkinfo: { info_data: { id: 77, port: 8472, learning: false, link: 'a', ...shown } },
      },
    ]);
  });

  test('addDummy, or the kernel has none', () => {
    try {
      addDummy(here.socket, { name: 'nodelocal' });
      expect(link('nodelocal').kind).toBe('dummy');
    } catch (error) {
      expect(error).toMatchObject({ code: 'EOPNOTSUPP', object: 'nodelocal' });
    }
  });

  test('setLink changes what is told, and nothing else', () => {
    addBridge(here.socket, { name: 'br0' });
    addVeth(here.socket, { name: 'a', peer: { name: 'b' } });
    const before = link('a');
    const bridge = link('br0').index;
    setLink(here.socket, before.index, { up: true, mtu: 1280 });
    expect(link('a')).toEqual({ ...before, up: true, mtu: 1280 });
    setLink(here.socket, before.index, { mac: '02:00:00:00:00:03', master: bridge, name: 'c' });
    const after = { ...before, up: true, mtu: 1280, mac: '02:00:00:00:00:03', name: 'c' };
    expect(link('c')).toEqual({ ...after, master: bridge });
    setLink(here.socket, before.index, { master: 0, up: false });
    expect(link('c')).toEqual({ ...after, up: false });
  });

  test('setLink moves a link to another namespace', () => {
    addVeth(here.socket, { name: 'a', peer: { name: 'b' } });
    setLink(here.socket, link('b').index, { namespace: there.namespace, name: 'eth0' });
    expect(linkNamed(here.socket, 'b')).toBeUndefined();
    expect(link('eth0', there).kind).toBe('veth');
  });

  test('setBridgePort', () => {
    addBridge(here.socket, { name: 'br0' });
    addVeth(here.socket, { name: 'a', master: link('br0').index, peer: { name: 'b' } });
    const shown = (): unknown => here.ask(['link', 'show', 'dev', 'a']);
    setBridgePort(here.socket, link('a').index, { hairpin: true, learning: false, isolated: true });
    expect(shown()).toMatchObject([
      { linkinfo: { info_slave_data: { hairpin: true, learning: false, isolated: true } } },
    ]);
    setBridgePort(here.socket, link('a').index, { hairpin: false });
    expect(shown()).toMatchObject([
      { linkinfo: { info_slave_data: { hairpin: false, learning: false, isolated: true } } },
    ]);
    const none = caught(() => setBridgePort(here.socket, link('b').index, { hairpin: true }));
    expect(none).toMatchObject({ code: 'EOPNOTSUPP', operation: 'change bridge port' });
  });

  test('deleteLink takes both ends; what is not there cannot be deleted', () => {
    addVeth(here.socket, { name: 'a', peer: { name: 'eth0', namespace: there.namespace } });
    const { index } = link('a');
    deleteLink(here.socket, index);
    expect(linkNamed(there.socket, 'eth0')).toBeUndefined();
    expect(caught(() => deleteLink(here.socket, index))).toMatchObject({
      code: 'ENODEV',
      message: expect.stringContaining(`cannot delete link ${index}: ENODEV`),
    });
  });

  test('lists 100 veths', () => {
    const names = Array.from({ length: 100 }, (_, index) => `pod${index}`);
    for (const name of names) {
      addVeth(here.socket, { name, peer: { name: `p${name}`, namespace: there.namespace } });
    }
    const listed = links(here.socket);
    expect(listed.slice(1).map(({ name }) => name)).toEqual(names);
    const shown = here.ask(['link', 'show']) as readonly Record<string, unknown>[];
    expect(listed.map(({ index, name, mac, mtu }) => ({ index, name, mac, mtu }))).toEqual(
      shown.map((item) => ({
        index: item['ifindex'],
        name: item['ifname'],
        mac: item['address'],
        mtu: item['mtu'],
      })),
    );
  });
});

function caught(run: () => void): KernelError {
  try {
    run();
  } catch (error) {
    if (error instanceof KernelError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
