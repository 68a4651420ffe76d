import { Buffer } from 'node:buffer';
import { type Chunk, encodeSctpPacket } from '@ringfence/lab';
import { ipBytes } from '@ringfence/netlink';
import { type Attack, defend } from './attacks.ts';
import { DB_PORT, type PodName } from './cast.ts';
import { type Ends, isIpv6, packet, PROTOCOL } from './packets.ts';
import { ends, type Siege } from './siege.ts';

// SCTP's associations have many addresses: a pod would like to be one of them.

const HEARTBEAT = 4;
const HEARTBEAT_ACK = 5;
const SHUTDOWN = 7;
const SHUTDOWN_ACK = 8;
const ASCONF = 193;
const IPV4_PARAMETER = 5;
const IPV6_PARAMETER = 6;
const TAGS = { client: 0x1111, server: 0x2222 };

const other = (type: number, mark: Buffer): Chunk => ({
  kind: 'unknown',
  type,
  flags: 0,
  // Information of a heartbeat, which comes back as it is.
  value: Buffer.concat([Buffer.from([0, 1, 0, 4 + mark.length]), mark]),
});
const data = (mark: Buffer): Chunk => ({ kind: 'data', tsn: 100, payload: mark });
const NOBODY_KNOWS = 0x8fff;

const init = (
  kind: 'init' | 'initAck',
  mark: Buffer,
  addresses: readonly string[] = [],
): Chunk => ({
  kind,
  initiateTag: kind === 'init' ? TAGS.client : TAGS.server,
  window: 65_536,
  outboundStreams: 1,
  inboundStreams: 1,
  initialTsn: 100,
  parameters: [
    ...addresses.map((address) => ({
      type: address.includes(':') ? IPV6_PARAMETER : IPV4_PARAMETER,
      value: ipBytes(address),
    })),
    { type: NOBODY_KNOWS, value: mark },
  ],
});

function sctp(between: Ends, ports: readonly [number, number], tag: number, chunk: Chunk): Buffer {
  const [sourcePort, destinationPort] = ports;
  const bytes = Buffer.from(
    encodeSctpPacket({ sourcePort, destinationPort, tag, chunks: [chunk] }),
  );
  return packet(between, { protocol: PROTOCOL.sctp, bytes });
}

const alone = (what: string, tag: number, chunk: (mark: Buffer) => Chunk): Attack => ({
  reason: `${what}, of no association`,
  from: 'thief',
  to: 'db',
  act(siege, between, mark) {
    siege.send('thief', 'db', sctp(between, [43_000, DB_PORT], tag, chunk(mark)));
  },
});

let port = 22_000;

/** A friend's association with a database; both say that the thief's address is theirs, too. */
async function associate(siege: Siege, family: 'IPv4' | 'IPv6'): Promise<number> {
  port += 1;
  const more = [siege.address('thief', family)];
  const say = async (
    from: PodName,
    to: PodName,
    tag: number,
    chunk: (mark: Buffer) => Chunk,
  ): Promise<void> => {
    const mark = siege.mark();
    const ports = from === 'friend' ? ([port, DB_PORT] as const) : ([DB_PORT, port] as const);
    siege.send(from, to, sctp(ends(siege, from, to, family), ports, tag, chunk(mark)));
    await siege.arrival(to, mark);
  };
  await say('friend', 'db', 0, (mark) => init('init', mark, more));
  await say('db', 'friend', TAGS.client, (mark) => init('initAck', mark, more));
  await say('friend', 'db', TAGS.server, (cookie) => ({ kind: 'cookieEcho', cookie }));
  await say('db', 'friend', TAGS.client, (mark) => data(mark));
  return port;
}

const joining = (what: string, to: 'db' | 'farDb', chunk: (mark: Buffer) => Chunk): Attack => ({
  reason: `${what} to ${to}, from an address that a friend's association says is its own`,
  from: 'thief',
  to,
  async act(siege, between, mark) {
    const from = await associate(siege, isIpv6(between) ? 'IPv6' : 'IPv4');
    siege.send('thief', to, sctp(between, [from, DB_PORT], TAGS.server, chunk(mark)));
  },
});

defend('SCTP', [
  alone('INIT', 0, (mark) => init('init', mark)),
  alone('INIT ACK', TAGS.server, (mark) => init('initAck', mark)),
  alone('COOKIE ECHO', TAGS.server, (cookie) => ({ kind: 'cookieEcho', cookie })),
  alone('DATA', TAGS.server, data),
  alone('HEARTBEAT', TAGS.server, (mark) => other(HEARTBEAT, mark)),
  alone('HEARTBEAT ACK', TAGS.server, (mark) => other(HEARTBEAT_ACK, mark)),
  alone('SHUTDOWN', TAGS.server, (mark) => other(SHUTDOWN, mark)),
  alone('SHUTDOWN ACK', TAGS.server, (mark) => other(SHUTDOWN_ACK, mark)),
  {
    reason: "INIT that says that a friend's address is its own, too",
    from: 'thief',
    to: 'db',
    act(siege, between, mark) {
      const friend = siege.address('friend', isIpv6(between) ? 'IPv6' : 'IPv4');
      siege.send('thief', 'db', sctp(between, [43_001, DB_PORT], 0, init('init', mark, [friend])));
    },
  },
  joining('HEARTBEAT', 'db', (mark) => other(HEARTBEAT, mark)),
  joining('HEARTBEAT ACK', 'db', (mark) => other(HEARTBEAT_ACK, mark)),
  joining('DATA', 'db', data),
  joining('another address', 'db', (mark) => other(ASCONF, mark)),
  joining('HEARTBEAT', 'farDb', (mark) => other(HEARTBEAT, mark)),
]);
