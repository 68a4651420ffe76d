import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { missingPrivilege } from '../privilege.ts';
import { addAddress } from '../route/address.ts';
import { addRoute, RT_TABLE_LOCAL } from '../route/change-route.ts';
import { type Route, routes } from '../route/route.ts';
import { openRouteSocket } from '../route/rtnetlink.ts';
import { setLink } from '../route/set-link.ts';
import { makeNamespace, type NetworkNamespace } from './namespace.ts';
import { openRawSocket, type RawPacket, type RawSocket, readableSockets } from './raw-socket.ts';

const SCTP = 132;
/** For experiments, by RFC 3692. */
const OTHER_PROTOCOL = 253;
const LOOPBACK_INDEX = 1;
const HELLO = Uint8Array.of(1, 2, 3, 4, 5);

const CASES = [
  {
    family: 'IPv4',
    loopback: '127.0.0.1',
    own: '10.0.0.1',
    prefix: 32,
    foreign: '203.0.113.7',
    notOwn: 'ENETUNREACH',
  },
  {
    family: 'IPv6',
    loopback: '::1',
    own: 'fd00::1',
    prefix: 128,
    foreign: '2001:db8::7',
    notOwn: 'EINVAL',
  },
] as const;

const reason = missingPrivilege();
const title = reason === undefined ? 'raw sockets' : `raw sockets (skipped: ${reason})`;

describe.skipIf(reason !== undefined).each(CASES)(`${title}: $family`, (each) => {
  const { family, loopback, own, prefix, foreign, notOwn } = each;
  let namespace: NetworkNamespace;
  const opened: RawSocket[] = [];

  beforeEach(async () => {
    namespace = makeNamespace();
    const route = openRouteSocket(namespace);
    setLink(route, LOOPBACK_INDEX, { up: true });
    addAddress(route, { link: LOOPBACK_INDEX, address: own, prefix, noDad: true });
    // An IPv6 address is in use a moment after it was added.
    const isLocal = ({ kind, destination }: Route): boolean =>
      kind === 'local' && destination.address === own;
    await vi.waitFor(() => expect(routes(route).some(isLocal)).toBe(true), { interval: 1 });
    route.close();
  });
  afterEach(() => {
    for (const socket of opened.splice(0)) socket.close();
    namespace.close();
  });

  const open = (
    options: { readonly protocol?: number; readonly foreign?: boolean } = {},
  ): RawSocket => {
    const socket = openRawSocket(namespace, { protocol: SCTP, family, ...options });
    opened.push(socket);
    return socket;
  };

  /** The next packet: on a busy machine it is not there at once. */
  const next = (socket: RawSocket): Promise<RawPacket> =>
    vi.waitFor(
      () => {
        const packet = socket.receive();
        if (packet === undefined) throw new Error('nothing came yet');
        return packet;
      },
      { interval: 1 },
    );

  test('nothing is there before somebody sends', () => {
    const socket = open();
    expect(socket.receive()).toBe(undefined);
    expect(readableSockets([socket])).toEqual([]);
    expect(readableSockets([])).toEqual([]);
  });

  test('what is sent arrives behind its header, with both addresses', async () => {
    const socket = open();
    socket.send({ to: loopback }, HELLO);
    expect(await next(socket)).toEqual({ from: loopback, to: loopback, bytes: HELLO });
    expect(socket.receive()).toBe(undefined);
  });

  test('it arrives where it was sent to, from the address that was said', async () => {
    const socket = open();
    socket.send({ to: own, from: loopback }, HELLO);
    expect(await next(socket)).toEqual({ from: loopback, to: own, bytes: HELLO });
    socket.send({ to: loopback, from: own }, HELLO);
    expect(await next(socket)).toEqual({ from: own, to: loopback, bytes: HELLO });
  });

  test('a packet that was received stays as it is when others come', async () => {
    const socket = open();
    socket.send({ to: loopback }, HELLO);
    const first = await next(socket);
    socket.send({ to: loopback }, Uint8Array.of(9, 9, 9, 9, 9));
    await next(socket);
    expect(first.bytes).toEqual(HELLO);
  });

  test.each([0, 65_000])('a packet of %d bytes', async (length) => {
    const socket = open();
    const bytes = new Uint8Array(length).fill(7);
    socket.send({ to: loopback }, bytes);
    expect((await next(socket)).bytes).toEqual(bytes);
  });

  test('every socket of the protocol gets it, no other one', async () => {
    const [one, two, other] = [open(), open(), open({ protocol: OTHER_PROTOCOL })];
    one.send({ to: loopback }, HELLO);
    const ready = (): readonly RawSocket[] => readableSockets([other, two, one]);
    await vi.waitFor(() => expect(ready()).toEqual([two, one]), { interval: 1 });
    await next(two);
    expect(ready()).toEqual([one]);
  });

  test('a foreign address is for foreign sockets', async () => {
    const socket = open();
    expect(() => socket.send({ to: loopback, from: foreign }, HELLO)).toThrow(`sendmsg: ${notOwn}`);
    const stranger = open({ foreign: true });
    stranger.send({ to: own, from: foreign }, HELLO);
    expect(await next(socket)).toEqual({ from: foreign, to: own, bytes: HELLO });
  });

  test('whoever has all addresses receives at all of them', async () => {
    const route = openRouteSocket(namespace);
    const destination = { address: family === 'IPv4' ? '203.0.113.0' : '2001:db8::', prefix: 24 };
    addRoute(route, { kind: 'local', destination, link: LOOPBACK_INDEX, table: RT_TABLE_LOCAL });
    route.close();
    const socket = open({ foreign: true });
    socket.send({ to: foreign, from: own }, HELLO);
    expect(await next(socket)).toEqual({ from: own, to: foreign, bytes: HELLO });
  });

  test('where no route leads nothing is sent', () => {
    expect(() => open().send({ to: foreign }, HELLO)).toThrow('sendmsg: ENETUNREACH');
  });

  test('one that is closed is told apart from one that has nothing', () => {
    const socket = openRawSocket(namespace, { protocol: SCTP, family });
    socket.close();
    expect(() => socket.receive()).toThrow('recvmsg: EBADF');
    expect(() => socket.send({ to: loopback }, HELLO)).toThrow('sendmsg: EBADF');
    expect(readableSockets([socket])).toEqual([socket]);
  });
});
