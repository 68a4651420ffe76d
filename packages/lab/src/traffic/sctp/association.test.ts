import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { advance, type Association, beginAssociation, type Progress } from './association.ts';
import type { SctpEnds } from './ends.ts';
import { encodePacket, packetIn, type SctpPacket } from './packet.ts';
import { answerTo } from './sctp-answer.ts';

const KEY = Buffer.from('a secret');
/** As the server sees them. */
const ENDS: SctpEnds = { local: '10.1.1.1', localPort: 80, peer: '10.1.1.2', peerPort: 40_000 };

const begun = beginAssociation({ sourcePort: 40_000, destinationPort: 80, ownTag: 7 });

/** What the server sends back, after a way over the wire. */
function answered(
  packet: SctpPacket,
  { ends = ENDS, key = KEY, name = 'web' }: Partial<Parameters<typeof answerTo>[1]> = {},
): SctpPacket | undefined {
  const reply = answerTo(packet, { ends, key, name });
  if (reply === undefined) return undefined;
  return packetIn(
    encodePacket({ sourcePort: ends.localPort, destinationPort: ends.peerPort, ...reply }),
  );
}

/** What the server sends back where nobody listens. */
function refusal(packet: SctpPacket): SctpPacket {
  const reply = answerTo(packet, { ends: ENDS, key: KEY, name: undefined });
  return needed(
    reply === undefined ? undefined : { sourcePort: 80, destinationPort: 40_000, ...reply },
  );
}

function needed<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nothing came');
  return value;
}

function continued(progress: Progress): Association {
  if (progress.kind !== 'continued') throw new Error(progress.kind);
  return progress.association;
}

const acknowledged = needed(answered(begun.sent));
const echoing = continued(advance(begun, acknowledged));
const named = needed(answered(echoing.sent));

test('in two rounds the client learns the name', () => {
  expect(begun.sent).toMatchObject({ tag: 0, chunks: [{ kind: 'init', initiateTag: 7 }] });
  expect(acknowledged).toMatchObject({ tag: 7, chunks: [{ kind: 'initAck' }] });
  expect(echoing.sent).toMatchObject({ tag: echoing.peerTag, chunks: [{ kind: 'cookieEcho' }] });
  expect(named).toMatchObject({ tag: 7, chunks: [{ kind: 'cookieAck' }, { kind: 'data' }] });
  expect(advance(echoing, named)).toEqual({
    kind: 'answered',
    answer: 'web',
    farewell: {
      sourcePort: 40_000,
      destinationPort: 80,
      tag: echoing.peerTag,
      chunks: [{ kind: 'abort', reflected: false }],
    },
  });
});

test('a server that says no name was reached', () => {
  const silent = { ...named, chunks: named.chunks.slice(0, 1) };
  expect(advance(echoing, silent)).toMatchObject({ kind: 'answered', answer: '' });
});

test('INIT that comes again gets the same answer', () => {
  expect(answered(begun.sent)).toEqual(acknowledged);
});

describe('refused is', () => {
  test.each([
    ['INIT where nobody listens', begun, refusal(begun.sent)],
    ['a cookie where nobody listens any more', echoing, refusal(echoing.sent)],
    [
      'a cookie of which the server knows nothing',
      echoing,
      { ...named, tag: echoing.sent.tag, chunks: [{ kind: 'abort', reflected: true }] as const },
    ],
  ])('%s', (_, association, packet) => {
    expect(advance(association, packet)).toEqual({ kind: 'refused' });
  });
});

describe('a client takes for no answer', () => {
  const [initAck] = acknowledged.chunks;
  if (initAck?.kind !== 'initAck') throw new Error('no INIT ACK');
  const abort = (reflected: boolean): SctpPacket['chunks'] => [{ kind: 'abort', reflected }];
  test.each<[string, Association, SctpPacket]>([
    ['another tag', begun, { ...acknowledged, tag: 8 }],
    ['no tag', begun, { ...acknowledged, tag: 0 }],
    ['another port of the server', begun, { ...acknowledged, sourcePort: 81 }],
    ['another port of its own', begun, { ...acknowledged, destinationPort: 40_001 }],
    [
      'a server without a tag',
      begun,
      { ...acknowledged, chunks: [{ ...initAck, initiateTag: 0 }] },
    ],
    [
      'INIT ACK without a cookie',
      begun,
      { ...acknowledged, chunks: [{ ...initAck, parameters: [] }] },
    ],
    ['INIT ACK with something beside it', begun, { ...acknowledged, chunks: [initAck, initAck] }],
    ['a second INIT ACK', echoing, acknowledged],
    ['COOKIE ACK before there is a cookie', begun, named],
    ['COOKIE ACK with another tag', echoing, { ...named, tag: 8 }],
    ['its own packet', begun, begun.sent],
    ['DATA alone', echoing, { ...named, chunks: named.chunks.slice(1) }],
    ['ABORT with another tag', begun, { ...acknowledged, tag: 8, chunks: abort(false) }],
    ['ABORT with its own tag, as if reflected', echoing, { ...named, chunks: abort(true) }],
    ['a reflected ABORT before there is a tag', begun, { ...named, tag: 0, chunks: abort(true) }],
  ])('%s', (_, association, packet) => {
    expect(advance(association, packet)).toEqual({ kind: 'ignored' });
  });
});

describe('a server says nothing to', () => {
  const [init] = begun.sent.chunks;
  if (init?.kind !== 'init') throw new Error('no INIT');
  const [echo] = echoing.sent.chunks;
  if (echo?.kind !== 'cookieEcho') throw new Error('no cookie');
  const forged = Uint8Array.from(echo.cookie);
  forged[10] = (forged[10] ?? 0) ^ 1;
  test.each<[string, SctpPacket, Parameters<typeof answered>[1]]>([
    ['INIT with a tag', { ...begun.sent, tag: 7 }, {}],
    ['INIT of one without a tag', { ...begun.sent, chunks: [{ ...init, initiateTag: 0 }] }, {}],
    ['INIT with something beside it', { ...begun.sent, chunks: [init, init] }, {}],
    ['a cookie with another tag', { ...echoing.sent, tag: 8 }, {}],
    ['a cookie of another address', echoing.sent, { ends: { ...ENDS, peer: '10.1.1.3' } }],
    ['a cookie of another port', echoing.sent, { ends: { ...ENDS, peerPort: 40_001 } }],
    ['a cookie of another server', echoing.sent, { key: Buffer.from('another') }],
    ['a forged cookie', { ...echoing.sent, chunks: [{ ...echo, cookie: forged }] }, {}],
    ['half a cookie', { ...echoing.sent, chunks: [{ ...echo, cookie: forged.subarray(9) }] }, {}],
    ['no cookie', { ...echoing.sent, chunks: [{ ...echo, cookie: new Uint8Array(0) }] }, {}],
    ['ABORT', { ...begun.sent, chunks: [{ kind: 'abort', reflected: false }] }, {}],
    ['INIT ACK', acknowledged, {}],
  ])('%s', (_, packet, options) => {
    expect(answered(packet, options)).toBe(undefined);
  });
});
