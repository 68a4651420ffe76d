import * as fc from 'fast-check';
import type { Chunk } from './chunk.ts';
import type { SctpPacket } from './packet.ts';

const arbPort = fc.integer({ min: 0, max: 0xffff });
const arbWord = fc.integer({ min: 0, max: 0xffff_ffff });
const arbBytes = fc.uint8Array({ maxLength: 30 });

const arbChunk: fc.Arbitrary<Chunk> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('init' as const, 'initAck' as const),
    initiateTag: arbWord,
    window: arbWord,
    outboundStreams: arbPort,
    inboundStreams: arbPort,
    initialTsn: arbWord,
    parameters: fc.array(fc.record({ type: arbPort, value: arbBytes }), { maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant('cookieEcho' as const), cookie: arbBytes }),
  fc.constant({ kind: 'cookieAck' as const }),
  fc.record({ kind: fc.constant('abort' as const), reflected: fc.boolean() }),
  fc.record({ kind: fc.constant('data' as const), tsn: arbWord, payload: arbBytes }),
  fc.record({
    kind: fc.constant('unknown' as const),
    // SACK, HEARTBEAT, and those above all that there are.
    type: fc.constantFrom(3, 4, 63, 255),
    flags: fc.integer({ min: 0, max: 255 }),
    value: arbBytes,
  }),
);

/** A packet that can be written. */
export const arbPacket: fc.Arbitrary<SctpPacket> = fc.record({
  sourcePort: arbPort,
  destinationPort: arbPort,
  tag: arbWord,
  chunks: fc.array(arbChunk, { minLength: 1, maxLength: 4 }),
});
