import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Writer } from '../codec/writer.ts';
import { MalformedAnswer } from '../kernel-error.ts';
import type { Answer } from '../codec/message.ts';
import { decodeLoggedPacket, NFULNL_MSG_PACKET } from './packet.ts';

function answer(body: Buffer): Answer {
  return { type: NFULNL_MSG_PACKET, flags: 0, sequence: 0, body };
}

function message(): Writer {
  return new Writer()
    .u8(2)
    .u8(0)
    .u16BE(5)
    .attribute(1, Uint8Array.of(0x08, 0x00, 1, 0));
}

test('a packet has at least its header', () => {
  expect(decodeLoggedPacket(answer(message().bytes()))).toEqual({
    prefix: '',
    family: 2,
    hook: 1,
    inLink: undefined,
    outLink: undefined,
    mark: 0,
    sequence: undefined,
    hardwareProtocol: 0x0800,
    payload: Buffer.alloc(0),
    timestampMs: undefined,
  });
  expect(() => decodeLoggedPacket(answer(Buffer.alloc(4)))).toThrow(MalformedAnswer);
  expect(() => decodeLoggedPacket(answer(Buffer.alloc(0)))).toThrow(MalformedAnswer);
});

test('a time is told in ms', () => {
  const time = Buffer.alloc(16);
  time.writeBigUInt64BE(1_700_000_000n, 0);
  time.writeBigUInt64BE(123_456n, 8);
  const read = decodeLoggedPacket(answer(message().attribute(3, time).bytes()));
  expect(read.timestampMs).toBeCloseTo(1_700_000_000_123.456, 3);
  const short = message().attribute(3, time.subarray(1)).bytes();
  expect(() => decodeLoggedPacket(answer(short))).toThrow(MalformedAnswer);
});

test('random attributes are a packet or malformed', () => {
  const arbAttributes = fc.array(fc.tuple(fc.nat(25), fc.uint8Array({ maxLength: 20 })));
  fc.assert(
    fc.property(arbAttributes, fc.nat(300), (attributes, cut) => {
      const writer = message();
      for (const [type, value] of attributes) writer.attribute(type, value);
      try {
        const bytes = writer.bytes();
        decodeLoggedPacket(answer(bytes.subarray(0, bytes.length - (cut % bytes.length))));
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedAnswer);
      }
    }),
    { numRuns: 2_000 },
  );
});
