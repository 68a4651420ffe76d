import { Socket } from 'node:net';
import {
  linkNamed,
  missingPrivilege,
  openInetSocket,
  openRouteSocket,
  routeEvents,
  RTNLGRP_NEIGH,
  setLink,
} from '@ringfence/netlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bridgeEntry, fixedPort } from './fixed-place.ts';
import {
  addBridgeEntry,
  addTestBridge,
  configure,
  fix,
  ip,
  makeTestNode,
  type Place,
  type TestNode,
} from './testing.ts';

const reason = missingPrivilege();

describe.skipIf(reason !== undefined)(
  `fixedPort${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    const ADDRESS = '10.1.1.5';
    let node: TestNode;
    let [victim, thief]: Place[] = [];
    beforeEach(() => {
      node = makeTestNode();
      const bridge = addTestBridge(node, 'cni0');
      [victim, thief] = ['victim', 'thief'].map((name) => {
        const pod = node.plug(name);
        setLink(node.route, node.index(name), { master: bridge });
        return pod;
      });
    });
    afterEach(() => node.close());

    const portOf = (): number | undefined => fixedPort(node.route, node.index('cni0'), ip(ADDRESS));

    test('nobody is known before the node says so', () => {
      expect(portOf()).toBeUndefined();
    });

    test.each([
      ['a sticky entry stays where it is', true, 'victim'],
      ['a static one moves to whoever sends with the MAC address', false, 'thief'],
    ])('%s', async (_reason, sticky, expected) => {
      if (victim === undefined || thief === undefined) throw new Error('no pods');
      fix(node, { address: ADDRESS, port: 'victim', pod: victim });
      const mac = linkNamed(victim.route, 'eth0')?.mac ?? '';
      addBridgeEntry(node, { port: 'victim', mac, sticky });
      // Else what it says by itself of its IPv6 addresses moves the entry back.
      setLink(victim.route, victim.index('eth0'), { up: false });
      setLink(thief.route, thief.index('eth0'), { mac });
      configure(thief, '10.1.1.6');
      await speak(node, thief, '10.1.1.6');
      const entry = bridgeEntry(node.route, node.index('cni0'), mac);
      expect(entry).toEqual({ port: node.index(expected), sticky });
      expect(portOf()).toBe(sticky ? node.index('victim') : undefined);
    });
  },
);

/** Has a pod look for its gateway, and waits until the node has heard that. */
async function speak(node: Place, from: Place, own: string): Promise<void> {
  const listener = openRouteSocket(node.namespace);
  listener.join(RTNLGRP_NEIGH);
  const socket = new Socket({
    fd: openInetSocket(from.namespace, { kind: 'stream', family: 'IPv4' }),
  });
  // The answer goes to whoever the bridge takes for the MAC address: perhaps none comes.
  socket.on('error', () => undefined);
  socket.connect({ host: '10.1.1.1', port: 9 });
  const stopped = new AbortController();
  try {
    for await (const answers of listener.notifications({ signal: stopped.signal })) {
      const heard = routeEvents(answers).some(
        (event) => event.kind === 'neighbour' && event.neighbour.address === own,
      );
      if (heard) stopped.abort();
    }
  } finally {
    socket.destroy();
    listener.close();
  }
}
