import { Buffer } from 'node:buffer';
import { type Attack, defend, onePacket } from './attacks.ts';
import { ALIVE, DB_PORT, type PodName } from './cast.ts';
import { behind, type Ends, packet, PROTOCOL, type Segment, tcp, udp } from './packets.ts';
import { type Place, twoBytes } from './siege.ts';

// A pod sends what no rule about ports speaks of, or hides what it sends behind other headers.

/** Ports where TCP and UDP have them, whatever the protocol is. */
const portsAndMark = (port: number, mark: Buffer): Buffer =>
  Buffer.concat([twoBytes(40_000), twoBytes(port), Buffer.alloc(12), mark]);

const other = (name: string, protocol: number, from: PodName, to: Place, port: number): Attack =>
  onePacket(
    { reason: `${name} from ${from} to ${to}, as to port ${port}`, from, to },
    (_, mark) => ({
      protocol,
      bytes: portsAndMark(port, mark),
    }),
  );

const OTHERS: readonly (readonly [string, number])[] = [
  ['UDP-Lite', PROTOCOL.udpLite],
  ['DCCP', PROTOCOL.dccp],
  ['ESP', 50],
  ['protocol 253', 253],
  ['protocol 255', PROTOCOL.reserved],
  ['IPv4 in IP', PROTOCOL.ipip],
  ['GRE', PROTOCOL.gre],
];

const query = (between: Ends, mark: Buffer): Segment =>
  udp(between, { from: 40_000, to: DB_PORT }, mark);

const hidden = (
  reason: string,
  wrap: (segment: Segment) => Segment,
  kernelStops: Attack['kernelStops'] = [],
): Attack =>
  onePacket(
    {
      reason: `a query behind ${reason}`,
      from: 'thief',
      to: 'db',
      families: ['IPv6'],
      kernelStops,
    },
    (between, mark) => wrap(query(between, mark)),
  );

/** Fills an extension header with nothing, or with one option. */
const PADDING = Buffer.from([1, 4, 0, 0, 0, 0]);
const JUMBO = Buffer.from([0xc2, 4, 0, 1, 0, 0]);
/** Type, segments left, then an address to go to. */
const route = (type: number, left: number): Buffer =>
  Buffer.concat([
    Buffer.from([type, left, 0, 0, 0, 0]),
    Buffer.from('fd000010024400000000000000000004', 'hex'),
  ]);
const ATOMIC = Buffer.from([0, 0, 0, 0, 0, 7]);

defend('odd protocols', [
  ...OTHERS.flatMap(([name, protocol]) => [
    other(name, protocol, 'friend', 'db', DB_PORT),
    other(name, protocol, 'thief', 'farDb', ALIVE),
    other(name, protocol, 'caged', 'outside', ALIVE),
  ]),
  hidden('hop-by-hop options', (segment) => behind(PROTOCOL.hopByHop, PADDING, segment)),
  hidden('destination options', (segment) => behind(PROTOCOL.destinationOptions, PADDING, segment)),
  hidden('a routing header of type 0', (segment) => behind(PROTOCOL.routing, route(0, 1), segment)),
  hidden('a routing header of type 2', (segment) => behind(PROTOCOL.routing, route(2, 1), segment)),
  hidden('a routing header that is done', (segment) =>
    behind(PROTOCOL.routing, route(0, 0), segment),
  ),
  hidden('a fragment header of a whole packet', (segment) =>
    behind(PROTOCOL.fragment, ATOMIC, segment),
  ),
  hidden('all of them', (segment) =>
    behind(
      PROTOCOL.hopByHop,
      PADDING,
      behind(PROTOCOL.routing, route(0, 0), behind(PROTOCOL.destinationOptions, PADDING, segment)),
    ),
  ),
  hidden('an option for giant packets', (segment) => behind(PROTOCOL.hopByHop, JUMBO, segment), [
    'routed IPv6',
    'bridge IPv6',
  ]),
  hidden('an authentication header', ({ protocol, bytes }) => ({
    protocol: 51,
    // The next header, its own length in words less two, an index, a number and what proves it.
    bytes: Buffer.concat([
      Buffer.from([protocol, 4, 0, 0, 0, 0, 1, 0]),
      Buffer.alloc(16, 7),
      bytes,
    ]),
  })),
  hidden('no next header', ({ bytes }) => ({ protocol: 59, bytes })),
  {
    reason: 'a protocol of IPv6 in IPv4',
    from: 'thief',
    to: 'db',
    families: ['IPv4'],
    act(siege, between, mark) {
      const segment = behind(PROTOCOL.hopByHop, PADDING, query(between, mark));
      siege.send('thief', 'db', packet(between, segment));
    },
  },
  onePacket({ reason: 'a datagram to port 0', from: 'thief', to: 'db' }, (between, mark) =>
    udp(between, { from: 40_000, to: 0 }, mark),
  ),
  onePacket({ reason: 'a connection to port 0', from: 'thief', to: 'db' }, (between, mark) =>
    tcp(between, { from: 40_000, to: 0 }, { flags: 2, payload: mark }),
  ),
  onePacket({ reason: 'a datagram from port 0', from: 'caged', to: 'outside' }, (between, mark) =>
    udp(between, { from: 0, to: DB_PORT }, mark),
  ),
]);
