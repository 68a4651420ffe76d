import { Buffer } from 'node:buffer';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { missingPrivilege } from '../privilege.ts';
import { linkNamed } from '../route/link.ts';
import { openRouteSocket } from '../route/rtnetlink.ts';
import { setLink } from '../route/set-link.ts';
import { addVeth } from '../route/veth.ts';
import { openFrameSocket } from './frame-socket.ts';
import { makeNamespace, type NetworkNamespace } from './namespace.ts';

/** For experiments. */
const ETHER_TYPE = Buffer.from([0x88, 0xb5]);
const SOMEBODY_ELSE = Buffer.from([2, 0, 0, 0, 0, 9]);

const reason = missingPrivilege();
const title = reason === undefined ? 'frame sockets' : `frame sockets (skipped: ${reason})`;

describe.skipIf(reason !== undefined)(title, () => {
  let namespace: NetworkNamespace;

  beforeEach(() => {
    namespace = makeNamespace();
    const route = openRouteSocket(namespace);
    addVeth(route, { name: 'a', peer: { name: 'b' } });
    for (const name of ['a', 'b']) {
      setLink(route, linkNamed(route, name)?.index ?? 0, { up: true });
    }
    route.close();
  });
  afterEach(() => namespace.close());

  test('a frame comes out as it went in, whomever it is for', async () => {
    const near = openFrameSocket(namespace, 'a');
    const far = openFrameSocket(namespace, 'b');
    expect(near.mac).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
    const frame = Buffer.concat([SOMEBODY_ELSE, SOMEBODY_ELSE, ETHER_TYPE, Buffer.alloc(50, 7)]);
    near.send(frame);
    await vi.waitFor(() =>
      expect(far.receive().map((each) => Buffer.from(each))).toContainEqual(frame),
    );
    const own = near.receive().map((each) => Buffer.from(each));
    expect(own, 'what it sent itself').not.toContainEqual(frame);
    for (const socket of [near, far]) socket.close();
  });

  test('there is none to an interface that is not there', () => {
    expect(() => openFrameSocket(namespace, 'c')).toThrow('there is no interface c');
  });
});
