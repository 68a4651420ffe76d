import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeNamespace } from '../namespaces/namespace.ts';
import { openTestLoopback, type TestLoopback, type UdpSocket } from '../nflog/testing.ts';
import { NFT_REG32_00 } from '../nftables/register.ts';
import { openNetfilterSocket } from '../nftables/netfilter.ts';
import { missingPrivilege } from '../privilege.ts';
import type { IpFamily } from '../ip-text.ts';
import { IPS_CONFIRMED, IPS_DST_NAT_DONE, IPS_SEEN_REPLY } from './constants.ts';
import { deleteFlow, flows, flushFlows, setMark } from './conntrack.ts';
import type { Flow } from './flow.ts';
import { createFlow, NO_TRANSPORT } from './testing.ts';

const reason = missingPrivilege();
const title = reason === undefined ? 'flows' : `flows (skipped: ${reason})`;

describe.skipIf(reason !== undefined)(title, () => {
  let network: TestLoopback;

  beforeEach(() => {
    network = openTestLoopback();
  });
  afterEach(() => network.close());

  /** Flows are tracked only where a rule wants to know. */
  function track(): void {
    network.addRule('output', {
      kind: 'ct',
      key: 'state',
      direction: 'none',
      destination: NFT_REG32_00,
    });
  }

  /** Puts packets of one or both directions into a zone. */
  function intoZone(zone: number, direction: 'none' | 'original'): void {
    network.addRule(
      'output',
      { kind: 'immediate', destination: NFT_REG32_00, data: Uint8Array.of(zone, 0) },
      { kind: 'setCt', key: 'zone', direction, source: NFT_REG32_00 },
    );
  }

  /** Sends a packet from a new socket to another new one. */
  async function talk(
    family: IpFamily = 'IPv4',
  ): Promise<readonly [from: UdpSocket, to: UdpSocket]> {
    const [from, to] = [await network.udp(family), await network.udp(family)];
    await from.send('hello', to.port);
    return [from, to];
  }

  function only(): Flow {
    const [flow, ...rest] = flows(network.socket);
    if (flow === undefined || rest.length > 0) throw new Error(`${rest.length} more flows`);
    return flow;
  }

  test('without a rule that asks for them there are none', async () => {
    await talk();
    expect(flows(network.socket)).toEqual([]);
  });

  test.each([
    ['IPv4', '127.0.0.1'],
    ['IPv6', '::1'],
  ] as const)('an %s flow has both directions', async (family, address) => {
    track();
    const [from, to] = await talk(family);
    const flow = only();
    const ends = { source: address, destination: address, zone: undefined };
    const icmp = { icmpId: undefined, icmpType: undefined, icmpCode: undefined };
    expect(flow).toEqual({
      id: flow.id,
      family,
      protocol: 17,
      original: { ...ends, ...icmp, sourcePort: from.port, destinationPort: to.port },
      reply: { ...ends, ...icmp, sourcePort: to.port, destinationPort: from.port },
      mark: 0,
      status: flow.status,
      timeoutSeconds: flow.timeoutSeconds,
      tcpState: undefined,
      zone: 0,
    });
    expect(flow.id).toBeGreaterThan(0);
    expect(flow.timeoutSeconds).toBeGreaterThan(0);
    expect(flow.status & (IPS_CONFIRMED | IPS_SEEN_REPLY)).toBe(IPS_CONFIRMED);
    expect(flow.status & IPS_DST_NAT_DONE).toBe(0);
  });

  test('an answer is seen', async () => {
    track();
    const [from, to] = await talk();
    await to.send('hello yourself', from.port);
    expect(only().status & IPS_SEEN_REPLY).toBe(IPS_SEEN_REPLY);
  });

  test('flows of one family are listed alone', async () => {
    track();
    await talk('IPv4');
    await talk('IPv6');
    const families = (family: IpFamily): readonly string[] =>
      flows(network.socket, { family }).map((flow) => flow.family);
    expect(families('IPv4')).toEqual(['IPv4']);
    expect(families('IPv6')).toEqual(['IPv6']);
    expect(flows(network.socket)).toHaveLength(2);
  });

  test('flows of another namespace are not seen', async () => {
    track();
    await talk();
    const other = makeNamespace();
    const socket = openNetfilterSocket(other);
    expect(flows(socket)).toEqual([]);
    socket.close();
    other.close();
  });

  test('a deleted flow is gone, and the others stay', async () => {
    track();
    await talk();
    await talk();
    const [one, two] = flows(network.socket);
    if (one === undefined) throw new Error('there is none');
    deleteFlow(network.socket, one);
    // What is left of its time goes by.
    expect(flows(network.socket).map(({ id }) => id)).toEqual([two?.id]);
    const { source, sourcePort, destination, destinationPort } = one.original;
    expect(() => deleteFlow(network.socket, one)).toThrow(
      `cannot delete flow of protocol 17 from ${source} port ${sourcePort} to ${destination} port ${destinationPort}: ENOENT`,
    );
  });

  test('a later flow between the same ends is another one', async () => {
    track();
    const [from, to] = await talk();
    const before = only();
    flushFlows(network.socket);
    await from.send('again', to.port);
    const after = only();
    expect(after.original).toEqual(before.original);
    // The kernel may give an entry the number of one that is gone.
    const earlier = { ...after, id: (after.id + 1) >>> 0 };
    expect(() => deleteFlow(network.socket, earlier)).toThrow('ENOENT');
    expect(only().id).toBe(after.id);
    deleteFlow(network.socket, after);
    expect(flows(network.socket)).toEqual([]);
  });

  test('flushing takes all, of both families', async () => {
    track();
    await talk('IPv4');
    await talk('IPv6');
    flushFlows(network.socket);
    expect(flows(network.socket)).toEqual([]);
    flushFlows(network.socket);
  });

  test('a mark is changed in the bits of its mask', async () => {
    track();
    await talk();
    const mark = (to: { readonly mark: number; readonly mask: number }): number => {
      setMark(network.socket, only(), to);
      return only().mark;
    };
    expect(mark({ mark: 0xdeadbeef, mask: 0xffffffff })).toBe(0xdeadbeef);
    expect(mark({ mark: 0x00000011, mask: 0x000000ff })).toBe(0xdeadbe11);
    expect(mark({ mark: 0xffffffff, mask: 0x00ff0000 })).toBe(0xdeffbe11);
    expect(mark({ mark: 0, mask: 0x80000000 })).toBe(0x5effbe11);
    expect(mark({ mark: 0xffffffff, mask: 0 })).toBe(0x5effbe11);
    const gone = only();
    flushFlows(network.socket);
    expect(() => setMark(network.socket, gone, { mark: 1, mask: 1 })).toThrow('ENOENT');
  });

  test.each([
    ['both directions', 'none', { zone: 7 }, undefined],
    ['one direction', 'original', { zone: 0 }, 7],
  ] as const)('a zone of %s', async (_, direction, wanted, tupleZone) => {
    intoZone(7, direction);
    track();
    await talk();
    const flow = only();
    expect(flow).toMatchObject(wanted);
    expect(flow.original.zone).toBe(tupleZone);
    setMark(network.socket, flow, { mark: 9, mask: 9 });
    expect(only().mark).toBe(9);
    const elsewhere = { ...flow, zone: 8, original: { ...flow.original, zone: undefined } };
    expect(() => deleteFlow(network.socket, elsewhere)).toThrow('ENOENT');
    deleteFlow(network.socket, flow);
    expect(flows(network.socket)).toEqual([]);
  });

  test.each([
    { family: 'IPv4', source: '10.0.0.1', destination: '10.0.0.2', protocol: 1, types: [8, 0] },
    { family: 'IPv6', source: 'fd00::1', destination: 'fd00::2', protocol: 58, types: [128, 129] },
  ] as const)('an ICMP flow of $family', ({ family, source, destination, protocol, types }) => {
    const both = { ...NO_TRANSPORT, icmpId: 0x1234, icmpCode: 0 };
    const original = { ...both, source, destination, icmpType: types[0] };
    const reply = { ...both, source: destination, destination: source, icmpType: types[1] };
    const more = { id: 0, mark: 0, status: 0, timeoutSeconds: 60, tcpState: undefined, zone: 0 };
    createFlow(network.socket, { family, protocol, original, reply, ...more });
    const flow = only();
    expect(flow).toMatchObject({ family, protocol, original, reply });
    setMark(network.socket, flow, { mark: 3, mask: 3 });
    expect(only().mark).toBe(3);
    deleteFlow(network.socket, flow);
    expect(flows(network.socket)).toEqual([]);
  });
});
