import { isIP } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddress, type IpAddress, parseAddress, sameAddress } from './address.ts';

describe('parseAddress', () => {
  test.each([
    ['the lowest IPv4 address', '0.0.0.0', { family: 'IPv4', value: 0 }],
    ['the highest IPv4 address', '255.255.255.255', { family: 'IPv4', value: 2 ** 32 - 1 }],
    ['leading zeros are decimal', '010.0.0.08', { family: 'IPv4', value: 0x0a00_0008 }],
    ['the lowest IPv6 address', '::', { family: 'IPv6', value: 0n }],
    [
      'an embedded dotted quad',
      '64:ff9b::10.0.0.1',
      { family: 'IPv6', value: 0x64_ff9b_0000_0000_0000_0000_0a00_0001n },
    ],
    [
      'an IPv4 address in IPv6 form is that IPv4 address',
      '::ffff:10.0.0.1',
      { family: 'IPv4', value: 0x0a00_0001 },
    ],
    [
      'upper case',
      '2001:DB8::A',
      { family: 'IPv6', value: 0x2001_0db8_0000_0000_0000_0000_0000_000an },
    ],
  ])('%s: %s', (_, text, address) => {
    expect(parseAddress(text)).toMatchObject({ kind: 'ok', value: { address } });
  });

  test.each([
    ['three octets', '10.0.1'],
    ['an octet too large', '10.0.0.256'],
    ['hexadecimal', '0x7f.0.0.1'],
    ['a sign', '+1.0.0.0'],
    ['white space', ' 10.0.0.1'],
    ['nothing', ''],
    ['a zone', 'fe80::1%eth0'],
    ['two gaps', '1::2::3'],
    ['a gap that stands for nothing', '1:2:3:4:5:6:7::8'],
    ['five digits', '12345::'],
    ['nine groups', '1:2:3:4:5:6:7:8:9'],
    ['a single colon at the end', '1:2:3:4:5:6:7:'],
    ['a bad dotted quad', '::10.0.0.256'],
  ])('refuses %s: %s', (_, text) => {
    expect(parseAddress(text).kind).toBe('failed');
  });

  test('knows how an address was spelled', () => {
    expect(parseAddress('10.00.0.1')).toMatchObject({
      value: { leadingZeros: true, mapped: false },
    });
    expect(parseAddress('::ffff:1.2.3.4')).toMatchObject({
      value: { leadingZeros: false, mapped: true },
    });
  });

  test('takes what the platform takes, but for zones and leading zeros', () => {
    const arbText = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.string({ unit: fc.constantFrom('0', '1', 'f', ':', '.', '9'), maxLength: 20 }),
    );
    fc.assert(
      fc.property(arbText, (text) => {
        const parsed = parseAddress(text);
        const platform = isIP(text) !== 0;
        const lenient = parsed.kind === 'ok' && parsed.value.leadingZeros;
        if (!lenient) expect(parsed.kind === 'ok').toBe(platform);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('formatAddress', () => {
  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '::',
    '::1',
    '1::',
    '2001:db8::1',
    '1:0:0:2::3',
    '1:2:3:4:5:6:7:0',
  ])('writes %s as RFC 5952 does', (text) => {
    const parsed = parseAddress(text);
    expect(parsed.kind === 'ok' && formatAddress(parsed.value.address)).toBe(text);
  });

  test('is read back as the same address', () => {
    const arbAddress: fc.Arbitrary<IpAddress> = fc.oneof(
      fc.nat({ max: 2 ** 32 - 1 }).map((value) => ({ family: 'IPv4' as const, value })),
      fc
        .bigInt({ min: 1n << 48n, max: 2n ** 128n - 1n })
        .map((value) => ({ family: 'IPv6' as const, value })),
    );
    fc.assert(
      fc.property(arbAddress, (address) => {
        const parsed = parseAddress(formatAddress(address));
        expect(parsed.kind === 'ok' && sameAddress(parsed.value.address, address)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
