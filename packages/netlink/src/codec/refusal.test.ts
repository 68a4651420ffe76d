import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MalformedAnswer } from '../kernel-error.ts';
import { type Answer, NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSG_DONE, NLMSG_ERROR } from './message.ts';
import { decodeEnd, decodeRefusal } from './refusal.ts';
import { Writer } from './writer.ts';

const CAPPED = NLM_F_CAPPED | NLM_F_ACK_TLVS;

function answer(body: Buffer, flags: number = 0, type: number = NLMSG_ERROR): Answer {
  return { type, flags, sequence: 1, body };
}

/** An error number, and the request that it is about, with as many bytes as are sent back. */
function refusal(errno: number, requestBytes: number, sentBytes: number = requestBytes): Writer {
  return new Writer()
    .i32(-errno)
    .u32(requestBytes)
    .raw(Buffer.alloc(sentBytes - 4));
}

test('an acknowledgement is error 0', () => {
  const read = decodeRefusal(answer(refusal(0, 40, 16).bytes(), NLM_F_CAPPED));
  expect(read).toEqual({ errno: 0, text: '', offset: -1 });
});

test('an error has its number', () => {
  expect(decodeRefusal(answer(refusal(17, 16).bytes())).errno).toBe(17);
});

test('the words follow the header of the request', () => {
  const body = refusal(22, 100, 16).stringAttribute(1, 'no such thing').u32Attribute(2, 24).bytes();
  const wanted = { errno: 22, text: 'no such thing', offset: 8 };
  expect(decodeRefusal(answer(body, CAPPED))).toEqual(wanted);
});

test('or the words follow the whole request, and its padding', () => {
  const body = refusal(22, 30, 32).stringAttribute(1, 'no such thing').bytes();
  const wanted = { errno: 22, text: 'no such thing', offset: -1 };
  expect(decodeRefusal(answer(body, NLM_F_ACK_TLVS))).toEqual(wanted);
});

test('a dump ends well, or with an error', () => {
  expect(decodeEnd(answer(Buffer.alloc(4), 0, NLMSG_DONE)).errno).toBe(0);
  expect(decodeEnd(answer(new Writer().i32(-95).bytes(), 0, NLMSG_DONE)).errno).toBe(95);
  expect(() => decodeEnd(answer(Buffer.alloc(3), 0, NLMSG_DONE))).toThrow(MalformedAnswer);
});

test('an error that is cut off is malformed', () => {
  const bytes = refusal(1, 16).bytes();
  for (let length = 0; length < bytes.length; length += 1) {
    expect(() => decodeRefusal(answer(bytes.subarray(0, length)))).toThrow(MalformedAnswer);
  }
});

test('random bytes are an error or malformed', () => {
  const arbFlags = fc.constantFrom(0, NLM_F_CAPPED, NLM_F_ACK_TLVS, CAPPED);
  const arbBytes = fc.uint8Array({ minLength: 16, maxLength: 60 });
  const arbLength = fc.oneof(fc.nat(80), fc.nat(0xffff_ffff));
  fc.assert(
    fc.property(arbFlags, arbBytes, arbLength, (flags, bytes, length) => {
      const body = Buffer.from(bytes);
      body.writeUInt32LE(length, 4);
      try {
        expect(typeof decodeRefusal(answer(body, flags)).text).toBe('string');
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedAnswer);
      }
    }),
    { numRuns: 5_000 },
  );
});
