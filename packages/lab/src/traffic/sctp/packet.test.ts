import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32c } from './crc32c.ts';
import { arbPacket } from './packet.arbitrary.ts';
import { encodePacket, packetIn } from './packet.ts';

/** A packet of chunks in hexadecimal digits, with a right checksum. */
function packetOf(chunks: string): Uint8Array {
  const bytes = Buffer.from(`1f9000500000000a00000000${chunks.replaceAll(' ', '')}`, 'hex');
  bytes.writeUInt32LE(crc32c(bytes), 8);
  return bytes;
}

test('what is written is read again', () => {
  fc.assert(
    fc.property(arbPacket, (packet) => {
      const bytes = encodePacket(packet);
      expect(bytes.length % 4).toBe(0);
      expect(packetIn(bytes)).toEqual(packet);
    }),
  );
});

test('a packet of which any bit is wrong is none', () => {
  fc.assert(
    fc.property(arbPacket, fc.nat(), (packet, number) => {
      const bytes = encodePacket(packet);
      const bit = number % (8 * bytes.length);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(packetIn(bytes)).toBe(undefined);
    }),
  );
});

test('whatever bytes come, reading them ends well', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      // With a right checksum, or else no byte behind it would be read.
      const packet = packetIn(packetOf(Buffer.from(bytes).toString('hex')));
      expect(packet === undefined || packet.chunks.length > 0).toBe(true);
      expect(packetIn(bytes)).toBe(undefined);
    }),
    { numRuns: 2_000 },
  );
});

test('the layout is that of RFC 9260', () => {
  const init = `01 00 0019 00000007 00010000 0002 0003 00000009 8008 0005 c0 000000`;
  const echo = `0a 00 0005 61 000000`;
  const data = `00 03 0012 00000005 0000 0000 00000000 6869 0000`;
  expect(packetIn(packetOf(`${echo}${data}0600000406010004`))).toEqual({
    sourcePort: 8080,
    destinationPort: 80,
    tag: 10,
    chunks: [
      { kind: 'cookieEcho', cookie: Uint8Array.of(0x61) },
      { kind: 'data', tsn: 5, payload: Uint8Array.of(0x68, 0x69) },
      { kind: 'abort', reflected: false },
      { kind: 'abort', reflected: true },
    ],
  });
  expect(packetIn(packetOf(init))?.chunks).toEqual([
    {
      kind: 'init',
      initiateTag: 7,
      window: 65_536,
      outboundStreams: 2,
      inboundStreams: 3,
      initialTsn: 9,
      parameters: [{ type: 0x8008, value: Uint8Array.of(0xc0) }],
    },
  ]);
});

test('the last chunk need not be filled up', () => {
  expect(packetIn(packetOf('0a00000561'))?.chunks).toHaveLength(1);
});

describe('no packet is', () => {
  test.each([
    ['a header alone', ''],
    ['half of a chunk header', '0b00'],
    ['a chunk shorter than its header', '0b000003'],
    ['a chunk of no length, which would never end', '0b000000'],
    ['a chunk that is cut off', '0a00000861'],
    ['INIT without all of its fields', '0100001000000001 00010000 00010001'],
    [
      'INIT with a parameter that is cut off',
      '01000018 00000001 00010000 00010001 00000001 00070008',
    ],
    ['INIT with a parameter of no length', '01000018 00000001 00010000 00010001 00000001 00070000'],
    ['DATA without all of its fields', '00030008 00000001'],
    ['a good chunk before a bad one', '0b000004 0b000003'],
  ])('%s', (_, chunks) => {
    expect(packetIn(packetOf(chunks))).toBe(undefined);
  });

  test('less than a header', () => {
    expect(packetIn(new Uint8Array(11))).toBe(undefined);
  });
});
