import { isIP, SocketAddress } from 'node:net';
import { assert as check, property, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ipBytes, ipFamily, ipText } from './ip-text.ts';

describe('ipText', () => {
  test.each([
    ['zeros, all of them', '::'],
    ['zeros in front', '::1'],
    ['zeros at the end', '2001:db8::'],
    ['one zero group stays', '2001:db8:0:1:1:1:1:1'],
    ['the longer run goes', '2001:0:0:1::1'],
    ['of equal runs the first goes', '2001:db8::1:0:0:1'],
    ['no zeros', '1:2:3:4:5:6:7:8'],
    ['an IPv4 address in IPv6', '::ffff:10.0.0.1'],
    ['the retired form of that is written as any other', '::a00:1'],
    ['IPv4', '192.168.0.255'],
  ])('keeps what is canonical: %s', (_reason, text) => {
    expect(ipText(ipBytes(text))).toBe(text);
  });

  test.each([
    ['2001:DB8::A', '2001:db8::a'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
  ])('writes %s as %s', (text, canonical) => {
    expect(ipText(ipBytes(text))).toBe(canonical);
  });

  test.each([0, 3, 5, 15, 17])('refuses %i bytes', (length) => {
    expect(() => ipText(new Uint8Array(length))).toThrow(RangeError);
  });

  test.each([4, 16])('gives back what it read, and agrees with node: %i bytes', (length) => {
    const addresses = uint8Array({ minLength: length, maxLength: length, max: 255 });
    check(
      property(addresses, (bytes) => agrees(bytes)),
      { numRuns: 2_000 },
    );
  });

  test('does so with many zeros', () => {
    const groups = uint8Array({ minLength: 16, maxLength: 16, max: 1 });
    check(
      property(groups, (bytes) => agrees(bytes)),
      { numRuns: 2_000 },
    );
  });
});

/** Node writes the retired form `::a.b.c.d` as a quad, which RFC 5952 does not ask for. */
function agrees(bytes: Uint8Array): void {
  const text = ipText(bytes);
  const family = bytes.length === 4 ? 4 : 6;
  expect(isIP(text)).toBe(family);
  expect(ipBytes(text)).toEqual(bytes);
  const node = new SocketAddress({ address: text, family: family === 4 ? 'ipv4' : 'ipv6' }).address;
  expect(ipText(ipBytes(node))).toBe(text);
  if (!bytes.subarray(0, 12).every((byte) => byte === 0)) expect(node).toBe(text);
}

describe('ipFamily', () => {
  test.each(['', 'localhost', '10.0.0', '10.0.0.256', '010.0.0.1', '::1%lo', '1::2::3', ' ::1'])(
    'refuses `%s`',
    (text) => {
      expect(() => ipFamily(text)).toThrow(`\`${text}\` is not an IP address`);
    },
  );

  test('tells the families apart', () => {
    expect(ipFamily('10.0.0.1')).toBe('IPv4');
    expect(ipFamily('::ffff:10.0.0.1')).toBe('IPv6');
  });
});
