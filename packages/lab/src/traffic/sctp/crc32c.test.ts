import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { crc32c } from './crc32c.ts';

const count = Array.from({ length: 32 }, (_, index) => index);

/** From RFC 3720, B.4; the first two are commonly given. */
test.each([
  ['nothing', [], 0],
  ['the digits from 1 to 9', [...Buffer.from('123456789')], 0xe306_9283],
  ['32 bytes of zeroes', count.map(() => 0), 0x8a91_36aa],
  ['32 bytes of ones', count.map(() => 0xff), 0x62a8_ab43],
  ['32 bytes that go up', count, 0x46dd_794e],
  ['32 bytes that go down', count.toReversed(), 0x113f_db5c],
])('%s', (_, bytes, expected) => {
  expect(crc32c(Uint8Array.from(bytes))).toBe(expected);
});
