import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { attributeMap, stringIn } from './codec/attributes.ts';
import { type Answer, NLM_F_ACK, type Request } from './codec/message.ts';
import { Writer } from './codec/writer.ts';
import * as libc from './ffi/libc.ts';
import { KernelError, NotificationsLost } from './kernel-error.ts';
import { makeNamespace, type NetworkNamespace } from './namespaces/namespace.ts';
import { missingPrivilege } from './privilege.ts';
import { type NetlinkSocket, openSocket } from './socket.ts';

const NETLINK_ROUTE = 0;
const RTM_NEWLINK = 16;
const RTM_DELLINK = 17;
const RTM_GETLINK = 18;
const RTM_SETLINK = 19;
const IFLA_IFNAME = 3;
const IFLA_MTU = 4;
const IFINFOMSG = 16;
const RTNLGRP_LINK = 1;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;

const LOOPBACK = 1;
const ERRAND = { operation: 'try', object: 'this' };

/** A request about a link: `struct ifinfomsg`, then attributes. */
function about(type: number, index: number, write: (body: Writer) => void = () => {}): Request {
  const body = new Writer().u32(0).i32(index).u32(0).u32(0);
  write(body);
  return { type, flags: 0, body: body.bytes() };
}

/** Every change is told. */
function withMtu(mtu: number): Request {
  return about(RTM_SETLINK, LOOPBACK, (body) => body.u32Attribute(IFLA_MTU, mtu));
}

function linkName({ body }: Answer): string {
  return stringIn(attributeMap(body, IFINFOMSG).get(IFLA_IFNAME) ?? body.subarray(0, 0));
}

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

const reason = missingPrivilege();
const title = reason === undefined ? 'sockets' : `sockets (skipped: ${reason})`;

describe.skipIf(reason !== undefined)(title, () => {
  let namespace: NetworkNamespace;
  let socket: NetlinkSocket;

  beforeEach(() => {
    namespace = makeNamespace();
    socket = openSocket(NETLINK_ROUTE, namespace);
  });
  afterEach(() => {
    socket.close();
    namespace.close();
  });

  test('a socket sees the namespace that it was opened in', () => {
    const answers = socket.dump(about(RTM_GETLINK, 0), ERRAND);
    expect(answers.map(linkName)).toEqual(['lo']);
    expect(answers.map(({ type }) => type)).toEqual([RTM_NEWLINK]);
  });

  test('one object is one answer', () => {
    expect(linkName(socket.get(about(RTM_GETLINK, LOOPBACK), ERRAND))).toBe('lo');
  });

  test('what was asked for is done when the request returns', () => {
    const IFLA = (answer: Answer): number | undefined =>
      attributeMap(answer.body, IFINFOMSG).get(IFLA_MTU)?.readUInt32LE();
    socket.request(withMtu(1_400), ERRAND);
    expect(IFLA(socket.get(about(RTM_GETLINK, LOOPBACK), ERRAND))).toBe(1_400);
  });

  test('a refusal says what could not be done', () => {
    const errand = { operation: 'delete', object: 'link 999' };
    const error = thrown(() => socket.request(about(RTM_DELLINK, 999), errand));
    expect(error).toBeInstanceOf(KernelError);
    expect(error).toMatchObject({ code: 'ENODEV', operation: 'delete', object: 'link 999' });
    expect(String(error)).toContain('cannot delete link 999: ENODEV');
  });

  test('a refusal has the words of the kernel', () => {
    const error = thrown(() => socket.request(withMtu(0x7fff_ffff + 1), ERRAND));
    expect(error).toMatchObject({ code: 'EINVAL', detail: expect.stringMatching(/mtu/u) });
    expect(String(error)).toMatch(/^KernelError: cannot try this: EINVAL \(.*mtu.*\)$/u);
  });

  test('a dump and a single answer are refused in the same way', () => {
    const get = thrown(() => socket.get(about(RTM_GETLINK, 999), ERRAND));
    expect(get).toMatchObject({ code: 'ENODEV', operation: 'try', object: 'this' });
    // A strict kernel takes no index in a dump.
    const dump = thrown(() => socket.dump(about(RTM_GETLINK, 999), ERRAND));
    expect(dump).toMatchObject({ code: 'EINVAL', operation: 'try', object: 'this' });
  });

  test('after a refusal the next request has its own answer', () => {
    for (let round = 0; round < 20; round += 1) {
      expect(() => socket.request(about(RTM_DELLINK, 999), ERRAND)).toThrow('ENODEV');
      expect(linkName(socket.get(about(RTM_GETLINK, LOOPBACK), ERRAND))).toBe('lo');
    }
  });

  test('of requests in one datagram the refused one is named', () => {
    const step = (request: Request, object: string) => ({
      ...request,
      flags: NLM_F_ACK,
      errand: { operation: 'do', object },
    });
    const good = step(withMtu(1_500), 'first');
    socket.transact([good, good]);
    const bad = step(about(RTM_DELLINK, 999), 'second');
    const error = thrown(() => socket.transact([good, bad, good]));
    expect(error).toMatchObject({ code: 'ENODEV', operation: 'do', object: 'second' });
    expect(linkName(socket.get(about(RTM_GETLINK, LOOPBACK), ERRAND))).toBe('lo');
  });

  test('a closed socket does nothing', () => {
    const closed = openSocket(NETLINK_ROUTE, namespace);
    closed.close();
    expect(() => closed.dump(about(RTM_GETLINK, 0), ERRAND)).toThrow('send: EBADF');
  });

  test('there is no socket to a subsystem that is not there', () => {
    expect(() => openSocket(31, namespace)).toThrow('socket: EPROTONOSUPPORT');
  });

  describe('notifications', () => {
    let listener: NetlinkSocket;

    beforeEach(() => {
      listener = openSocket(NETLINK_ROUTE, namespace);
      listener.join(RTNLGRP_LINK);
    });
    afterEach(() => listener.close());

    /** Listens until something was told. */
    async function next(): Promise<readonly Answer[]> {
      const signal = AbortSignal.timeout(10_000);
      for await (const answers of listener.notifications({ signal })) return answers;
      throw new Error('nothing was told');
    }

    test('tell what happens in a group', async () => {
      socket.request(withMtu(1_400), ERRAND);
      const answers = await next();
      expect(answers.map(linkName)).toEqual(['lo']);
      expect(answers.map(({ type }) => type)).toEqual([RTM_NEWLINK]);
    });

    test('tell what happens while they are waited for', async () => {
      const waiting = next();
      await new Promise((resolve) => setImmediate(resolve));
      socket.request(withMtu(1_400), ERRAND);
      expect((await waiting).map(linkName)).toEqual(['lo']);
    });

    test('end when the signal aborts', async () => {
      const abort = new AbortController();
      const listening = listener.notifications({ signal: abort.signal });
      const ended = listening[Symbol.asyncIterator]().next();
      abort.abort();
      expect(await ended).toMatchObject({ done: true });
      const again = listener.notifications({ signal: abort.signal });
      expect(await again[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
    });

    test('that are read too slowly are lost, which is told; then listening goes on', async () => {
      libc.setOption(listener.fd, SOL_SOCKET, SO_RCVBUF, 4_096);
      for (let mtu = 1_300; mtu < 1_400; mtu += 1) socket.request(withMtu(mtu), ERRAND);
      await expect(next()).rejects.toThrow(NotificationsLost);
      socket.request(withMtu(1_400), ERRAND);
      expect((await next()).map(linkName)).toEqual(['lo']);
    });

    test('that are lost again are told to be: nothing old is in the way', async () => {
      libc.setOption(listener.fd, SOL_SOCKET, SO_RCVBUF, 4_096);
      for (let time = 0; time < 2; time += 1) {
        for (let mtu = 1_300; mtu < 1_400; mtu += 1) socket.request(withMtu(mtu), ERRAND);
        await expect(next()).rejects.toThrow(NotificationsLost);
      }
    });
  });
});
