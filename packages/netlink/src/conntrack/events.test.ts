import { createServer, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openInetSocket, openListener } from '../namespaces/inet-socket.ts';
import { listenUntil, openTestLoopback, type TestLoopback } from '../nflog/testing.ts';
import { openNetfilterSocket } from '../nftables/netfilter.ts';
import { NFT_REG32_00 } from '../nftables/register.ts';
import { missingPrivilege } from '../privilege.ts';
import type { NetlinkSocket } from '../socket.ts';
import {
  IPS_ASSURED,
  NFNLGRP_CONNTRACK_DESTROY,
  NFNLGRP_CONNTRACK_NEW,
  NFNLGRP_CONNTRACK_UPDATE,
  TCP_CONNTRACK_ESTABLISHED,
  TCP_CONNTRACK_SYN_SENT,
} from './constants.ts';
import { deleteFlow, flows, setMark } from './conntrack.ts';
import { type FlowEvent, flowEvents } from './events.ts';

const reason = missingPrivilege();
const title = reason === undefined ? 'events of flows' : `events of flows (skipped: ${reason})`;

describe.skipIf(reason !== undefined)(title, () => {
  let network: TestLoopback;
  let listener: NetlinkSocket;

  beforeEach(() => {
    network = openTestLoopback();
    listener = openNetfilterSocket(network.namespace);
    for (const group of [
      NFNLGRP_CONNTRACK_NEW,
      NFNLGRP_CONNTRACK_UPDATE,
      NFNLGRP_CONNTRACK_DESTROY,
    ]) {
      listener.join(group);
    }
    network.addRule('output', {
      kind: 'ct',
      key: 'state',
      direction: 'none',
      destination: NFT_REG32_00,
    });
  });
  afterEach(() => {
    listener.close();
    network.close();
  });

  async function events(
    isEnough: (told: readonly FlowEvent[]) => boolean,
  ): Promise<readonly FlowEvent[]> {
    const told: FlowEvent[] = [];
    await listenUntil(listener.notifications, (answers) => {
      told.push(...flowEvents(answers.at(-1) ?? []));
      return isEnough(told);
    });
    return told;
  }

  test('a flow comes, changes and goes', async () => {
    const [from, to] = [await network.udp('IPv4'), await network.udp('IPv4')];
    await from.send('hello', to.port);
    const [flow] = flows(network.socket);
    if (flow === undefined) throw new Error('there is none');
    setMark(network.socket, flow, { mark: 5, mask: 0xff });
    deleteFlow(network.socket, flow);
    const told = await events((all) => all.at(-1)?.change === 'destroy');
    expect(told.map(({ change }) => change)).toEqual(['new', 'update', 'destroy']);
    expect(told.map(({ flow: { mark } }) => mark)).toEqual([0, 5, 5]);
    for (const event of told) {
      expect(event.flow).toMatchObject({ id: flow.id, original: flow.original, reply: flow.reply });
    }
  });

  test('a TCP flow is told from its first packet on', async () => {
    const fd = openListener(network.namespace, { family: 'IPv4', address: '127.0.0.1', port: 9 });
    const server = createServer((connection) => void connection.end('bye'));
    await new Promise<void>((resolve) => server.listen({ fd }, resolve));
    const kind = 'stream' as const;
    const client = new Socket({ fd: openInetSocket(network.namespace, { kind, family: 'IPv4' }) });
    client.connect(9, '127.0.0.1');
    client.resume();
    const isAssured = ({ flow }: FlowEvent): boolean => (flow.status & IPS_ASSURED) !== 0;
    const told = await events((all) => all.some(isAssured));
    const [first] = told;
    expect(first).toMatchObject({ change: 'new', flow: { tcpState: TCP_CONNTRACK_SYN_SENT } });
    const assured = told.find(isAssured);
    expect(assured).toMatchObject({ change: 'update', flow: { protocol: 6 } });
    expect(assured?.flow.tcpState).toBe(TCP_CONNTRACK_ESTABLISHED);
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  test('what is about no flow is left out', () => {
    const NFT_MSG_NEWTABLE = 0x0a00;
    const body = Buffer.from([0, 0, 0, 1]);
    expect(flowEvents([{ type: NFT_MSG_NEWTABLE, flags: 0, sequence: 0, body }])).toEqual([]);
  });
});
