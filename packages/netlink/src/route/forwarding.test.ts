import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addForwarding, deleteForwarding, forwardings } from './forwarding.ts';
import { linkNamed } from './link.ts';
import { cannotTest, openTestNetwork, type TestNetwork, titled } from './testing.ts';
import { addVxlan } from './vxlan.ts';

const mac = '02:00:00:00:00:01';
const ALL = '00:00:00:00:00:00';

describe.skipIf(cannotTest() !== undefined)(titled('forwarding'), () => {
  let network: TestNetwork;
  let link: number;

  beforeEach(() => {
    network = openTestNetwork();
    addVxlan(network.socket, { name: 'vx4', vni: 1, port: 4789, learning: false });
    addVxlan(network.socket, { name: 'vx9', vni: 9, port: 4789, learning: false });
    link = linkNamed(network.socket, 'vx4')?.index ?? 0;
  });
  afterEach(() => network.close());

  test('adds, replaces and deletes', () => {
    const entry = { link, mac, destination: '192.168.0.2' };
    addForwarding(network.socket, entry);
    expect(forwardings(network.socket, link)).toEqual([entry]);
    expect(network.ask(['fdb', 'show', 'dev', 'vx4'], 'bridge')).toMatchObject([
      { mac, dst: '192.168.0.2', state: 'permanent', flags: ['self'] },
    ]);

    const other = { ...entry, destination: '192.168.0.3' };
    expect(() => addForwarding(network.socket, other)).toThrow(
      `cannot add forwarding ${mac} to 192.168.0.3 of link ${link}: EEXIST`,
    );
    addForwarding(network.socket, { ...other, replace: true });
    expect(forwardings(network.socket, link)).toEqual([other]);

    deleteForwarding(network.socket, other);
    expect(forwardings(network.socket, link)).toEqual([]);
    expect(() => deleteForwarding(network.socket, other)).toThrow(
      `cannot delete forwarding ${mac} to 192.168.0.3 of link ${link}: ENOENT`,
    );
  });

  test('what has no entry of its own goes to several machines', () => {
    const entries = ['192.168.0.2', '192.168.0.3'].map((destination) => ({
      link,
      mac: ALL,
      destination,
    }));
    for (const entry of entries) addForwarding(network.socket, entry);
    expect(forwardings(network.socket, link)).toEqual(entries);
    for (const entry of entries.slice(0, 1)) deleteForwarding(network.socket, entry);
    expect(forwardings(network.socket, link)).toEqual(entries.slice(1));
  });

  test('each VXLAN has its own', () => {
    const other = linkNamed(network.socket, 'vx9')?.index ?? 0;
    addForwarding(network.socket, { link: other, mac, destination: '192.168.0.2' });
    expect(forwardings(network.socket, link)).toEqual([]);
    expect(forwardings(network.socket, other)).toHaveLength(1);
  });

  test('lists 1000 entries', () => {
    for (let index = 0; index < 1_000; index += 1) {
      const tail = index.toString(16).padStart(4, '0');
      const own = `02:00:00:00:${tail.slice(0, 2)}:${tail.slice(2)}`;
      addForwarding(network.socket, { link, mac: own, destination: '192.168.0.2' });
    }
    expect(new Set(forwardings(network.socket, link).map((entry) => entry.mac)).size).toBe(1_000);
  });
});
