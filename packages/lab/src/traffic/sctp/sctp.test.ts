import { type IpFamily, openRawSocket, type RawSocket } from '@ringfence/netlink';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { missing, titled } from '../../testing.ts';
import { beginAssociation } from './association.ts';
import { IPPROTO_ERRORS } from './delivery-error.ts';
import { encodePacket, IPPROTO_SCTP, packetIn, type SctpPacket } from './packet.ts';
import {
  asker,
  DROP,
  hasBytes,
  IS_SCTP,
  openSctpLab,
  PASSING,
  PORT,
  portBytes,
  refusalNotice,
  said,
  type SctpLab,
} from './testing.ts';

const FAMILIES: readonly IpFamily[] = ['IPv4', 'IPv6'];

/** Addresses that are nobody's. */
const STRANGERS = {
  IPv4: ['198.51.100.9', '203.0.113.77'],
  IPv6: ['2001:db8:e::9', '2001:db8:f::7'],
} as const;

/** Where a chunk's type is, behind the header. */
const FIRST_CHUNK = 12;

describe.skipIf(missing !== undefined).each(FAMILIES)(titled('SCTP over %s'), (family) => {
  let lab: SctpLab;
  let ask: ReturnType<typeof asker>;
  const [stranger, nowhere] = STRANGERS[family];

  beforeAll(() => {
    lab = openSctpLab(family);
    ask = asker(family, lab.addresses.server);
  });
  beforeEach(() => {
    lab.respond(lab.server, PORT, 'db');
  });
  afterEach(() => {
    lab.tidy();
    expect(lab.errors).toEqual([]);
  });
  afterAll(() => lab.close());

  test('whoever listens answers with a name', async () => {
    const outcome = await ask(lab.client);
    expect(outcome).toEqual({ kind: 'answered', answer: 'db', micros: expect.any(Number) });
  });

  test('ports have their own names', async () => {
    lab.respond(lab.server, 1, 'first');
    lab.respond(lab.server, 65_535, 'last');
    expect(said(await ask(lab.client, { port: 1 }))).toBe('answer of first');
    expect(said(await ask(lab.client, { port: 65_535 }))).toBe('answer of last');
    expect(said(await ask(lab.client))).toBe('answer of db');
  });

  test('one asks oneself', async () => {
    expect(said(await ask(lab.server))).toBe('answer of db');
  });

  test('from a port that was chosen, twice in a row', async () => {
    expect(said(await ask(lab.client, { sourcePort: 40_000 }))).toBe('answer of db');
    expect(said(await ask(lab.client, { sourcePort: 40_000 }))).toBe('answer of db');
  });

  test('a port is used by one at a time', async () => {
    const asked = [1, 2].map(() => ask(lab.client, { sourcePort: 40_000 }));
    expect((await Promise.all(asked)).map(said)).toEqual(['answer of db', 'broken: EADDRINUSE']);
    expect(() => lab.respond(lab.server, PORT, 'usurper')).toThrow('listen: EADDRINUSE');
  });

  test('a pod that listens on other ports refuses', async () => {
    expect(await ask(lab.client, { port: PORT + 1 })).toEqual({ kind: 'refused' });
  });

  test('where nobody knows SCTP the kernel refuses', async () => {
    const { bare } = lab.addresses;
    expect(await ask(lab.client, { destination: bare })).toEqual({ kind: 'refused' });
  });

  test('a pod that only asks refuses, too', async () => {
    lab.addRule(PASSING, ...IS_SCTP, ...hasBytes(2, ...portBytes(2_000)), DROP);
    const asking = ask(lab.bare, {
      destination: lab.addresses.client,
      port: 2_000,
      timeoutMs: 400,
    });
    const { bare } = lab.addresses;
    expect(await ask(lab.client, { destination: bare })).toEqual({ kind: 'refused' });
    expect(await asking).toEqual({ kind: 'silent' });
  });

  test('one that is closed answers no more, and the others do', async () => {
    const other = lab.respond(lab.server, 7, 'other');
    expect(said(await ask(lab.client, { port: 7 }))).toBe('answer of other');
    other.close();
    other.close();
    expect(await ask(lab.client, { port: 7 })).toEqual({ kind: 'refused' });
    expect(said(await ask(lab.client))).toBe('answer of db');
  });

  test('what is dropped is silent, on the way there and on the way back', async () => {
    for (const ports of [hasBytes(2, ...portBytes(PORT)), hasBytes(0, ...portBytes(PORT))]) {
      lab.addRule(PASSING, ...IS_SCTP, ...ports, DROP);
      expect(await ask(lab.client, { timeoutMs: 100 })).toEqual({ kind: 'silent' });
      lab.passAll();
    }
  });

  test.each([
    ['port_unreach', 1, 'refused'],
    ['host_unreach', 2, 'broken: EHOSTUNREACH'],
    ['no_route', 0, 'broken: ENETUNREACH'],
    ['admin_prohibited', 3, 'broken: EHOSTUNREACH'],
  ])('a rule rejects with %s', async (_, code, expected) => {
    lab.addRule(PASSING, ...IS_SCTP, { kind: 'reject', type: 'icmpx_unreach', code });
    expect(said(await ask(lab.client))).toBe(expected);
  });

  test.each([
    ['INIT', 1],
    ['INIT ACK', 2],
    ['COOKIE ECHO', 10],
    ['COOKIE ACK', 11],
  ])('when %s is lost it is tried again at half of the time', async (_, type) => {
    const counter = { kind: 'counter', packets: 0n, bytes: 0n } as const;
    lab.addRule(PASSING, ...IS_SCTP, ...hasBytes(FIRST_CHUNK, type), counter, DROP);
    const asking = ask(lab.client, { timeoutMs: 1_000 });
    await vi.waitFor(() => expect(lab.counted()).toBe(1), { interval: 5 });
    lab.passAll();
    const outcome = await asking;
    expect(said(outcome)).toBe('answer of db');
    expect(outcome.kind === 'answered' && outcome.micros).toBeGreaterThan(450_000);
  });

  test('fifty at once, of which some are refused', async () => {
    const { bare } = lab.addresses;
    const asked = Array.from({ length: 50 }, (_, index) =>
      ask(lab.client, index % 5 === 4 ? { port: PORT + index } : {}),
    );
    asked.push(ask(lab.client, { destination: bare }));
    const counts = Map.groupBy((await Promise.all(asked)).map(said), (word) => word);
    expect([...counts].map(([word, all]) => [word, all.length])).toEqual([
      ['answer of db', 40],
      ['refused', 11],
    ]);
  });

  test('more at once than a receive buffer has room for', async () => {
    const asked = Array.from({ length: 1_000 }, () => ask(lab.client));
    expect(new Set((await Promise.all(asked)).map(said))).toEqual(new Set(['answer of db']));
  });

  test('who is not of this process is heard, too', async () => {
    const { namespace } = lab.bare;
    const socket = openRawSocket(namespace, { protocol: IPPROTO_SCTP, family });
    const ports = { sourcePort: 40_000, destinationPort: PORT };
    const { sent } = beginAssociation({ ...ports, ownTag: 7 });
    socket.send({ to: lab.addresses.server }, encodePacket(sent));
    const heard = await vi.waitFor(() => heardBy(socket), { interval: 5 });
    expect(heard).toMatchObject({ tag: 7, chunks: [{ kind: 'initAck' }] });
    socket.close();
  });

  test('what was sent to many is answered by nobody', async () => {
    const { namespace } = lab.server;
    const socket = openRawSocket(namespace, { protocol: IPPROTO_SCTP, family });
    const ports = { sourcePort: 40_000, destinationPort: PORT };
    const { sent } = beginAssociation({ ...ports, ownTag: 7 });
    socket.send({ to: family === 'IPv4' ? '224.0.0.1' : 'ff02::1' }, encodePacket(sent));
    expect(await vi.waitFor(() => heardBy(socket), { interval: 5 })).toEqual(sent);
    // What comes later is answered: by then the other one would have been, with an error.
    expect(said(await ask(lab.client))).toBe('answer of db');
    socket.close();
  });

  test('the outside answers on every port of every address, where nobody has it', async () => {
    const { outside } = lab.network;
    lab.respond(outside.station, 'every', 'outside');
    lab.respond(outside.station, 53, 'names');
    for (const destination of [stranger, nowhere]) {
      for (const port of [1, 8_080, 65_535]) {
        const outcome = await ask(lab.client, { destination, port });
        expect(said(outcome)).toBe('answer of outside');
      }
      expect(said(await ask(lab.client, { destination, port: 53 }))).toBe('answer of names');
    }
  });

  test('the outside asks from any address', async () => {
    const { station } = lab.network.outside;
    const outcomes = [stranger, nowhere, stranger].map((source) => ask(station, { source }));
    expect((await Promise.all(outcomes)).map(said)).toEqual(Array(3).fill('answer of db'));
  });

  test.each([
    ['to nowhere', { destination: 'nowhere' }],
    ['from nowhere', { source: 'nowhere' }],
  ])('what cannot be tried is broken: %s', async (_, wrong) => {
    const outcome = await ask(lab.client, wrong);
    expect(said(outcome)).toBe('broken: RangeError: `nowhere` is not an IP address');
  });

  describe('a stray packet is no answer', () => {
    let eavesdropper: RawSocket;
    beforeEach(() => {
      const { namespace } = lab.bare;
      eavesdropper = openRawSocket(namespace, { protocol: IPPROTO_SCTP, family, foreign: true });
    });
    afterEach(() => eavesdropper.close());

    /** A refusal that would be right. */
    const refusalOf = ({
      sourcePort,
      destinationPort,
      chunks: [init],
    }: SctpPacket): SctpPacket => ({
      sourcePort: destinationPort,
      destinationPort: sourcePort,
      tag: init?.kind === 'init' ? init.initiateTag : 0,
      chunks: [{ kind: 'abort', reflected: false }],
    });

    test.each<[string, string, (right: SctpPacket) => Parameters<RawSocket['send']>]>([
      ['a right one is', 'refused', (right) => [answering(), encodePacket(right)]],
      ['a wrong checksum', 'silent', (right) => [answering(), spoilt(encodePacket(right))]],
      [
        'another address',
        'silent',
        (right) => [{ ...answering(), from: stranger }, encodePacket(right)],
      ],
      [
        'another port',
        'silent',
        (right) => [answering(), encodePacket({ ...right, sourcePort: PORT + 1 })],
      ],
      ['another tag', 'silent', (right) => [answering(), encodePacket({ ...right, tag: 1 })]],
    ])('%s', async (_, expected, forge) => {
      const { bare } = lab.addresses;
      const asking = ask(lab.client, { destination: bare, timeoutMs: 300 });
      const init = await vi.waitFor(() => heardBy(eavesdropper), { interval: 5 });
      eavesdropper.send(...forge(refusalOf(init)));
      expect(said(await asking)).toBe(expected);
    });

    test.each([
      ['a right one is', 'refused', {}],
      ['another tag', 'silent', { tag: 1 }],
      ['another destination', 'silent', { peer: stranger }],
      ['another port', 'silent', { peerPort: PORT + 1 }],
    ])('nor is one that tells of another one: %s', async (_, expected, wrong) => {
      const { client, bare } = lab.addresses;
      const protocol = IPPROTO_ERRORS[family];
      const notices = openRawSocket(lab.bare.namespace, { protocol, family });
      const asking = ask(lab.client, { destination: bare, timeoutMs: 300 });
      const { sourcePort } = await vi.waitFor(() => heardBy(eavesdropper), { interval: 5 });
      const right = { local: client, localPort: sourcePort, peer: bare, peerPort: PORT, tag: 0 };
      notices.send(answering(), refusalNotice(family, { ...right, ...wrong }));
      expect(said(await asking)).toBe(expected);
      notices.close();
    });

    const answering = (): Parameters<RawSocket['send']>[0] => ({
      to: lab.addresses.client,
      from: lab.addresses.bare,
    });
  });
});

function spoilt(bytes: Uint8Array): Uint8Array {
  bytes[8] = (bytes[8] ?? 0) ^ 1;
  return bytes;
}

/** The next packet. */
function heardBy(socket: RawSocket): SctpPacket {
  const packet = packetIn(socket.receive()?.bytes ?? new Uint8Array(0));
  if (packet === undefined) throw new Error('nothing came yet');
  return packet;
}
