import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MalformedAnswer } from '../kernel-error.ts';
import { type Answer, decodeAnswers, encodeRequest, NLM_F_REQUEST } from './message.ts';

const arbMessage = fc.record({
  type: fc.nat(0xffff),
  flags: fc.nat(0xffff),
  sequence: fc.nat(0xffff_ffff),
  body: fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
});

function encoded(messages: readonly Answer[]): Buffer {
  return Buffer.concat(messages.map((message) => encodeRequest(message, message.sequence)));
}

test('messages are read as they were written', () => {
  fc.assert(
    fc.property(fc.array(arbMessage, { maxLength: 5 }), (messages) => {
      const wanted = messages.map((each) => ({
        ...each,
        flags: each.flags | NLM_F_REQUEST,
        port: 0,
      }));
      expect([...decodeAnswers(encoded(messages))]).toEqual(wanted);
    }),
  );
});

test('of messages that are cut off, the whole ones are read before it is told', () => {
  fc.assert(
    fc.property(fc.array(arbMessage, { maxLength: 5 }), fc.nat(), (messages, cut) => {
      const bytes = encoded(messages);
      const read: Answer[] = [];
      try {
        for (const each of decodeAnswers(bytes.subarray(0, cut % (bytes.length + 1)))) {
          read.push(each);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedAnswer);
      }
      const bodies = messages.slice(0, read.length).map(({ body }) => body);
      expect(read.map(({ body }) => body)).toEqual(bodies);
    }),
  );
});

test('random bytes are messages or malformed, and there is an end', () => {
  // Small numbers, so that lengths are often possible.
  const arbBytes = fc.array(fc.oneof(fc.nat(40), fc.nat(255)), { maxLength: 100 });
  fc.assert(
    fc.property(arbBytes, (bytes) => {
      try {
        const read = [...decodeAnswers(Buffer.from(bytes))];
        expect(read.length).toBeLessThanOrEqual(bytes.length / 16);
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedAnswer);
      }
    }),
    { numRuns: 5_000 },
  );
});

describe('lengths that cannot be', () => {
  test.each([
    ['nothing', 0],
    ['less than the header', 15],
    ['more than there is', 17],
    ['more than there can be', 0xffff_ffff],
  ])('%s', (_, length) => {
    const bytes = Buffer.alloc(16);
    bytes.writeUInt32LE(length);
    expect(() => [...decodeAnswers(bytes)]).toThrow(MalformedAnswer);
  });
});
