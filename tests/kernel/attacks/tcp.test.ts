import { Buffer } from 'node:buffer';
import { flushFlows, openNetfilterSocket } from '@ringfence/netlink';
import { type Attack, defend } from './attacks.ts';
import { DB_PORT, type PodName } from './cast.ts';
import { type Ends, FLAG, isIpv6, packet, tcp } from './packets.ts';
import { ends, type Siege } from './siege.ts';

// A pod sends segments that open no connection, or that belong to the connections of others.

const { fin, syn, rst, psh, ack, urg } = FLAG;
const PORTS = { from: 40_000, to: DB_PORT };

const flagged = (what: string, flags: number, options?: Buffer): Attack => ({
  reason: `a segment with ${what}`,
  from: 'thief',
  to: 'db',
  act(siege, between, mark) {
    const how = { flags, payload: mark, ...(options === undefined ? {} : { options }) };
    siege.send('thief', 'db', packet(between, tcp(between, PORTS, how)));
  },
});

let port = 21_000;

interface Connection extends Ends {
  readonly ports: { readonly from: number; readonly to: number };
}

const SERVER_STARTS = 5_000;

/** A friend's connection to a database, shaken hands and all. */
async function connect(siege: Siege, family: 'IPv4' | 'IPv6'): Promise<Connection> {
  const there = ends(siege, 'friend', 'db', family);
  const back = { from: there.to, to: there.from };
  port += 1;
  const ports = { from: port, to: DB_PORT };
  const say = async (
    from: PodName,
    to: PodName,
    flags: number,
    sequence: number,
    acknowledged: number,
  ): Promise<void> => {
    const mark = siege.mark();
    const options = Buffer.concat([mark]);
    const [between, of] =
      from === 'friend' ? [there, ports] : [back, { from: ports.to, to: ports.from }];
    siege.send(
      from,
      to,
      packet(between, tcp(between, of, { flags, sequence, acknowledged, options: noted(options) })),
    );
    await siege.arrival(to, mark);
  };
  await say('friend', 'db', syn, 1_000, 0);
  await say('db', 'friend', syn | ack, SERVER_STARTS, 1_001);
  await say('friend', 'db', ack, 1_001, SERVER_STARTS + 1);
  return { ...there, ports };
}

/** An option of TCP for experiments, with some bytes in it. */
function noted(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([1, 1, 253, bytes.length + 2]), bytes]);
}

const into = (what: string, flags: number, asFriend: boolean, to: 'db' | 'friend'): Attack => ({
  reason: `${what} into a friend's connection, ${asFriend ? 'as the other end' : 'as itself'}, to ${to}`,
  from: 'thief',
  to,
  async act(siege, own, mark) {
    const { ports, ...there } = await connect(siege, isIpv6(own) ? 'IPv6' : 'IPv4');
    const client = to === 'db';
    const from = client ? there.from : there.to;
    const between = asFriend ? { from, to: own.to } : own;
    const of = client ? ports : { from: ports.to, to: ports.from };
    const sequence = client ? 1_001 : SERVER_STARTS + 1;
    const acknowledged = client ? SERVER_STARTS + 1 : 1_001;
    const segment = tcp(between, of, { flags, sequence, acknowledged, payload: mark });
    siege.send('thief', to, packet(between, segment));
  },
});

/** Conntrack forgets everything, and the middle of a connection comes: who called? */
const afterForgetting = (reason: string, from: 'thief' | 'caged', to: 'db' | 'friend'): Attack => ({
  reason,
  from,
  to,
  act(siege, between, mark) {
    for (const node of ['node-1', 'node-2'] as const) {
      const socket = openNetfilterSocket(siege.node(node));
      flushFlows(socket);
      socket.close();
    }
    const segment = tcp(between, PORTS, { flags: ack | psh, acknowledged: 77, payload: mark });
    siege.send(from, to, packet(between, segment));
  },
});

const FAST_OPEN = Buffer.concat([Buffer.from([34, 10]), Buffer.alloc(8, 7), Buffer.from([1, 1])]);

defend('TCP', [
  flagged('SYN', syn),
  flagged('SYN and data for a fast open', syn, FAST_OPEN),
  flagged('SYN and FIN', syn | fin),
  flagged('SYN and RST', syn | rst),
  flagged('SYN and ACK', syn | ack),
  flagged('SYN and ECN', syn | 0xc0),
  flagged('no flags', 0),
  flagged('all flags', 0xff),
  flagged('FIN, PSH and URG', fin | psh | urg),
  flagged('FIN', fin),
  flagged('ACK', ack),
  flagged('PSH and ACK', psh | ack),
  flagged('RST', rst),
  flagged('RST and ACK', rst | ack),
  ...(['db', 'friend'] as const).flatMap((to) => [
    into('RST', rst, true, to),
    into('data', psh | ack, true, to),
    into('FIN', fin | ack, true, to),
  ]),
  into('RST', rst, false, 'db'),
  into('data', psh | ack, false, 'db'),
  afterForgetting('the middle of a connection when conntrack was emptied', 'thief', 'db'),
  afterForgetting('the middle of a connection that it may not make', 'caged', 'friend'),
]);
