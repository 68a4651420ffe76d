import { Buffer } from 'node:buffer';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KernelError } from '../kernel-error.ts';
import { missingPrivilege } from '../privilege.ts';
import { type LogEvent, type Nflog, openNflog } from './nflog.ts';
import type { LoggedPacket } from './packet.ts';
import { packetHeader } from './packet-header.ts';
import { listenUntil, openTestLoopback, type TestLoopback, type UdpSocket } from './testing.ts';

const GROUP = 5;

const reason = missingPrivilege();
const title = reason === undefined ? 'logged packets' : `logged packets (skipped: ${reason})`;

describe.skipIf(reason !== undefined)(title, () => {
  let network: TestLoopback;
  let log: Nflog;

  beforeEach(() => {
    network = openTestLoopback();
    log = openNflog({ namespace: network.namespace, group: GROUP, copyBytes: 128 });
  });
  afterEach(() => {
    log.close();
    network.close();
  });

  function logOutput(prefix: string, group: number = GROUP): void {
    network.addRule('output', { kind: 'log', group, prefix, snaplen: 'all', qthreshold: 0 });
  }

  async function packets(count: number): Promise<readonly LoggedPacket[]> {
    const events = await listenUntil(log.events, (told) => told.length === count);
    return events.map((event) => {
      if (event.kind !== 'packet') throw new Error(`it tells ${event.kind}`);
      return event.packet;
    });
  }

  test.each([
    { family: 'IPv4', address: '127.0.0.1', number: 2, hardwareProtocol: 0x0800, header: 28 },
    { family: 'IPv6', address: '::1', number: 10, hardwareProtocol: 0x86dd, header: 48 },
  ] as const)('an $family packet is told', async ({ family, address, ...wanted }) => {
    logOutput('out: ');
    const [from, to] = [await network.udp(family), await network.udp(family)];
    await from.send('hello', to.port);
    const [packet] = await packets(1);
    if (packet === undefined) throw new Error('there is none');
    const { payload, ...rest } = packet;
    expect(rest).toEqual({
      prefix: 'out: ',
      family: wanted.number,
      hook: 3,
      inLink: undefined,
      outLink: 1,
      mark: 0,
      sequence: 0,
      hardwareProtocol: wanted.hardwareProtocol,
      timestampMs: undefined,
    });
    expect(packetHeader(payload)).toEqual({
      family,
      source: address,
      destination: address,
      protocol: 17,
      sourcePort: from.port,
      destinationPort: to.port,
      icmpType: undefined,
      icmpCode: undefined,
    });
    expect(payload.subarray(wanted.header).toString()).toBe('hello');
  });

  test('as much of a packet is copied as was asked for', async () => {
    logOutput('');
    const udp = await network.udp('IPv4');
    await udp.send(Buffer.alloc(1_000), udp.port);
    const [packet] = await packets(1);
    expect(packet).toMatchObject({ prefix: '' });
    expect(packet?.payload).toHaveLength(128);
  });

  test('a packet has its mark, and the link that it came in by', async () => {
    const mark = Uint8Array.of(0x78, 0x56, 0x34, 0x12);
    network.addRule(
      'output',
      { kind: 'immediate', destination: 8, data: mark },
      { kind: 'setMeta', key: 'mark', source: 8 },
    );
    const rule = { kind: 'log', group: GROUP, prefix: '', snaplen: 'all', qthreshold: 0 } as const;
    network.addRule('input', rule);
    const udp = await network.udp('IPv4');
    await udp.send('hello', udp.port);
    const [packet] = await packets(1);
    expect(packet).toMatchObject({ mark: 0x12345678, inLink: 1, outLink: undefined, hook: 1 });
  });

  test('other groups are not heard', async () => {
    logOutput('other', GROUP + 1);
    logOutput('own');
    const udp = await network.udp('IPv4');
    await udp.send('hello', udp.port);
    expect((await packets(1)).map(({ prefix }) => prefix)).toEqual(['own']);
  });

  test('a group has one listener, until it is closed', () => {
    const again = (): Nflog =>
      openNflog({ namespace: network.namespace, group: GROUP, copyBytes: 0 });
    expect(again).toThrow(KernelError);
    expect(again).toThrow('cannot listen to log group 5: EPERM');
    log.close();
    log = again();
  });

  test('listening ends when the signal aborts', async () => {
    const abort = new AbortController();
    const ended = log.events({ signal: abort.signal })[Symbol.asyncIterator]().next();
    abort.abort();
    expect(await ended).toMatchObject({ done: true });
  });

  async function flood(udp: UdpSocket, count: number, payload: Uint8Array): Promise<void> {
    const BURST = 100;
    for (let sent = 0; sent < count; sent += BURST) {
      const burst = Math.min(BURST, count - sent);
      await Promise.all(Array.from({ length: burst }, () => udp.send(payload, udp.port)));
    }
  }

  /** How many packets the events account for. */
  function accounted(events: readonly LogEvent[]): number {
    return events.reduce((sum, event) => sum + countOf(event), 0);
  }

  function countOf(event: LogEvent): number {
    if (event.kind === 'packet') return 1;
    return event.kind === 'lost' ? event.packets : 0;
  }

  test('10,000 packets come, or their loss is told', async () => {
    logOutput('');
    const udp = await network.udp('IPv4');
    const COUNT = 10_000;
    let seen = 0;
    const listening = listenUntil(log.events, (told) => {
      seen += countOf(told.at(-1) ?? { kind: 'overrun' });
      return seen >= COUNT;
    });
    await flood(udp, COUNT, Buffer.alloc(32));
    const events = await listening;
    expect(accounted(events)).toBe(COUNT);
    const sequences = events.flatMap((event) =>
      event.kind === 'packet' ? [event.packet.sequence] : [],
    );
    expect(sequences).toEqual([...sequences].sort((a, b) => Number(a) - Number(b)));
    expect(new Set(sequences).size).toBe(sequences.length);
  });

  test('whoever does not listen is told how much was lost', async () => {
    log.close();
    log = openNflog({ namespace: network.namespace, group: GROUP, copyBytes: 0 });
    logOutput('');
    const udp = await network.udp('IPv4');
    // More than any buffer holds: 30 MB.
    const COUNT = 600;
    await flood(udp, COUNT, Buffer.alloc(50_000));
    const events: LogEvent[] = [
      ...(await listenUntil(log.events, (told) => told.some(({ kind }) => kind === 'overrun'))),
    ];
    // A packet that comes when there is room again shows how many are missing.
    const signal = AbortSignal.timeout(500);
    for await (const event of log.events({ signal })) events.push(event);
    await udp.send('last', udp.port);
    events.push(...(await listenUntil(log.events, (told) => told.at(-1)?.kind === 'packet')));
    expect(events.map(({ kind }) => kind)).toContain('lost');
    expect(accounted(events)).toBe(COUNT + 1);
  });
});
