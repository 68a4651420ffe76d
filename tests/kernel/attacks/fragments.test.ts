import { Buffer } from 'node:buffer';
import { type Attack, EVERYWHERE, defend } from './attacks.ts';
import { ALIVE, DB_PORT } from './cast.ts';
import {
  behind,
  type Ends,
  FLAG,
  fragmentOf,
  packet,
  PROTOCOL,
  type Segment,
  tcp,
  udp,
} from './packets.ts';

// A pod sends packets in pieces, so that what is looked at does not say what the whole is.

interface Piece {
  readonly offset: number;
  readonly end?: number;
  /** Absent: unless it is the end of the packet. */
  readonly more?: boolean;
  /** Another packet than the one that is sent. */
  readonly of?: (between: Ends, mark: Buffer) => Segment;
}

let id = 1_000;

const pieces = (
  reason: string,
  whole: (between: Ends, mark: Buffer) => Segment,
  cuts: readonly Piece[],
  rest: Partial<Attack> = {},
): Attack => ({
  reason,
  from: 'thief',
  to: 'db',
  act(siege, between, mark) {
    id += 1;
    const { to = 'db' } = rest;
    for (const { offset, end, more, of = whole } of cuts) {
      const segment = of(between, mark);
      const last = end ?? segment.bytes.length;
      const part = { id, offset, end: last, more: more ?? last < segment.bytes.length };
      siege.send('thief', to, fragmentOf(between, segment, part));
    }
  },
  ...rest,
});

const PAYLOAD = 64;
const filled = (mark: Buffer): Buffer => Buffer.concat([Buffer.alloc(PAYLOAD - mark.length), mark]);
const datagram =
  (port: number) =>
  (between: Ends, mark: Buffer): Segment =>
    udp(between, { from: 40_000, to: port }, filled(mark));
const connection = (between: Ends, mark: Buffer): Segment =>
  tcp(between, { from: 40_000, to: DB_PORT }, { flags: FLAG.syn, payload: filled(mark) });
/** Without a sum, which would have to be right for the whole; the mark, if any, is in its beginning. */
const loose =
  (port: number, { marked }: { readonly marked: boolean }) =>
  (between: Ends, mark: Buffer): Segment => {
    const payload = Buffer.concat([marked ? mark : Buffer.alloc(8), Buffer.alloc(PAYLOAD)]);
    const segment = udp(between, { from: 40_000, to: port }, payload);
    segment.bytes.writeUInt16BE(0, 6);
    return segment;
  };
const optionsFirst = (between: Ends, mark: Buffer): Segment =>
  behind(
    PROTOCOL.destinationOptions,
    Buffer.from([1, 4, 0, 0, 0, 0]),
    datagram(DB_PORT)(between, mark),
  );

const IN_TWO: readonly Piece[] = [{ offset: 0, end: 24 }, { offset: 24 }];
const TINY: readonly Piece[] = [{ offset: 0, end: 8 }, { offset: 8 }];
const BACKWARDS: readonly Piece[] = [{ offset: 24 }, { offset: 0, end: 24 }];

/** Whole by itself, with a header that says that it is a fragment. */
const atomic: Attack = {
  reason: 'a whole packet that says that it is a fragment',
  from: 'thief',
  to: 'db',
  act(siege, between, mark) {
    const segment = datagram(DB_PORT)(between, mark);
    const part = { id: 5, offset: 0, end: segment.bytes.length, more: false };
    siege.send('thief', 'db', fragmentOf(between, segment, part));
  },
};

/** Fragments of what is not routed by itself, but by an extension header before the fragment header. */
const behindOptions: Attack = {
  reason: 'fragments behind hop-by-hop options',
  from: 'thief',
  to: 'db',
  families: ['IPv6'],
  act(siege, between, mark) {
    const { bytes } = datagram(DB_PORT)(between, mark);
    for (const [start, end] of [
      [0, 24],
      [24, bytes.length],
    ] as const) {
      const header = Buffer.from([0, 0, 0, 0, 0, 99]);
      header.writeUInt16BE(start + (end < bytes.length ? 1 : 0), 0);
      const piece = { protocol: PROTOCOL.udp, bytes: bytes.subarray(start, end) };
      const options = Buffer.from([1, 4, 0, 0, 0, 0]);
      const wrapped = behind(PROTOCOL.hopByHop, options, behind(PROTOCOL.fragment, header, piece));
      siege.send('thief', 'db', packet(between, wrapped));
    }
  },
};

const ALLOWED = loose(ALIVE, { marked: false });
const DENIED = loose(DB_PORT, { marked: true });
const THIS = { offset: 0, end: 24 };

defend('fragments', [
  pieces('a datagram in two', datagram(DB_PORT), IN_TWO),
  pieces('a datagram in two, to another node', datagram(DB_PORT), IN_TWO, { to: 'farDb' }),
  pieces('a datagram in two, the end first', datagram(DB_PORT), BACKWARDS),
  pieces('a datagram whose first piece is its header', datagram(DB_PORT), TINY),
  pieces('a connection whose first piece has no flags', connection, TINY, {
    kernelStops: ['routed IPv6', 'bridge IPv6'],
  }),
  pieces('only the end of a datagram', datagram(DB_PORT), [{ offset: 24 }], {
    kernelStops: EVERYWHERE,
  }),
  pieces(
    'an allowed beginning, and another one over a part of it',
    DENIED,
    [
      { ...THIS, of: ALLOWED },
      { offset: 8, more: false },
    ],
    { kernelStops: EVERYWHERE },
  ),
  pieces(
    'an allowed beginning, and another one over it',
    ALLOWED,
    [THIS, { ...THIS, of: DENIED }, { offset: 24 }],
    { kernelStops: EVERYWHERE },
  ),
  pieces('a beginning that is denied, and an allowed one over it', ALLOWED, [
    { ...THIS, of: DENIED },
    THIS,
    { offset: 24 },
  ]),
  pieces('an extension header in the first piece, the ports in the second', optionsFirst, TINY, {
    families: ['IPv6'],
    kernelStops: ['routed IPv6', 'bridge IPv6'],
  }),
  pieces('an extension header and ports in the first piece', optionsFirst, IN_TWO, {
    families: ['IPv6'],
  }),
  atomic,
  behindOptions,
]);
