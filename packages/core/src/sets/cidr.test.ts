import { BlockList } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddress, type IpAddress } from './address.ts';
import {
  cidrContains,
  cidrHas,
  cidrOf,
  formatCidr,
  hostCidr,
  parseCidr,
  wholeFamily,
} from './cidr.ts';

describe('parseCidr', () => {
  test.each([
    [
      'a block',
      '10.1.0.0/16',
      '10.1.0.0/16',
      { hostBits: false, leadingZeros: false, mapped: false },
    ],
    ['host bits are masked', '10.1.2.3/16', '10.1.0.0/16', { hostBits: true }],
    ['leading zeros in an octet', '010.1.0.0/16', '10.1.0.0/16', { leadingZeros: true }],
    ['leading zeros in the length', '10.0.0.0/08', '10.0.0.0/8', { leadingZeros: true }],
    ['everything', '0.0.0.0/0', '0.0.0.0/0', {}],
    ['one IPv6 address', '2001:DB8::1/128', '2001:db8::1/128', { hostBits: false }],
    ['an IPv4 block in IPv6 form', '::ffff:10.0.0.0/104', '10.0.0.0/8', { mapped: true }],
    [
      'a mapped block that is wider than IPv4',
      '::ffff:10.0.0.0/95',
      '::fffe:0:0/95',
      { mapped: true, hostBits: true },
    ],
  ])('%s: %s', (_, text, canonical, spelling) => {
    const parsed = parseCidr(text);
    expect(parsed).toMatchObject({ kind: 'ok', value: spelling });
    expect(parsed.kind === 'ok' && formatCidr(parsed.value.cidr)).toBe(canonical);
  });

  test.each([
    ['no length', '10.0.0.1'],
    ['a length too large', '10.0.0.0/33'],
    ['an IPv6 length too large', '2001:db8::/129'],
    ['a sign', '10.0.0.0/+8'],
    ['no digits', '10.0.0.0/'],
    ['two slashes', '10.0.0.0/8/8'],
    ['white space', '10.0.0.0/ 8'],
    ['nothing', ''],
  ])('refuses %s: %s', (_, text) => {
    expect(parseCidr(text).kind).toBe('failed');
  });
});

const arbAddress: fc.Arbitrary<IpAddress> = fc.oneof(
  fc.nat({ max: 2 ** 32 - 1 }).map((value) => ({ family: 'IPv4' as const, value })),
  fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map((value) => ({ family: 'IPv6' as const, value })),
);

const bitsOf = ({ family }: IpAddress): number => (family === 'IPv4' ? 32 : 128);

describe('cidrHas', () => {
  test('agrees with the platform, at the edges of the block too', () => {
    fc.assert(
      fc.property(
        arbAddress,
        fc.nat({ max: 128 }),
        fc.integer({ min: -1, max: 1 }),
        (address, wanted, step) => {
          const length = wanted % (bitsOf(address) + 1);
          const cidr = cidrOf(address, length);
          const list = new BlockList();
          const family = address.family === 'IPv4' ? 'ipv4' : 'ipv6';
          list.addSubnet(formatAddress(address), length, family);
          for (const edge of [cidr.first, cidr.last]) {
            const asked = shifted(edge, step);
            if (asked === undefined) continue;
            expect(cidrHas(cidr, asked)).toBe(list.check(formatAddress(asked), family));
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('never matches across families', () => {
    expect(cidrHas(wholeFamily('IPv4'), { family: 'IPv6', value: 1n })).toBe(false);
    expect(cidrHas(wholeFamily('IPv6'), { family: 'IPv4', value: 1 })).toBe(false);
  });
});

test('cidrContains holds for a block and every narrower block around the same address', () => {
  fc.assert(
    fc.property(arbAddress, fc.nat(), fc.nat(), (address, one, other) => {
      const bits = bitsOf(address) + 1;
      const [wide, narrow] = [one % bits, other % bits].sort((left, right) => left - right);
      const outer = cidrOf(address, wide ?? 0);
      const inner = cidrOf(address, narrow ?? 0);
      expect(cidrContains(outer, inner)).toBe(true);
      expect(cidrContains(inner, outer)).toBe(wide === narrow);
      expect(cidrContains(outer, hostCidr(address))).toBe(true);
    }),
  );
});

function shifted(edge: number | bigint, step: number): IpAddress | undefined {
  if (typeof edge === 'number') {
    const value = edge + step;
    return value < 0 || value >= 2 ** 32 ? undefined : { family: 'IPv4', value };
  }
  const value = edge + BigInt(step);
  return value < 0n || value >= 2n ** 128n ? undefined : { family: 'IPv6', value };
}
