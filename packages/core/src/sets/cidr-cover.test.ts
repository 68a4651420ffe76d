import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AddressRange, fewestCidrs } from './cidr-cover.ts';
import { formatCidr } from './cidr.ts';

const range4 = (first: number, last: number): AddressRange => ({ family: 'IPv4', first, last });

test.each<[reason: string, ranges: readonly AddressRange[], cidrs: readonly string[]]>([
  ['everything is one block', [range4(0, 2 ** 32 - 1)], ['0.0.0.0/0']],
  ['one address', [range4(5, 5)], ['0.0.0.5/32']],
  ['what touches is joined', [range4(4, 5), range4(6, 7)], ['0.0.0.4/30']],
  ['what does not align is split', [range4(1, 4)], ['0.0.0.1/32', '0.0.0.2/31', '0.0.0.4/32']],
  ['the last address', [range4(2 ** 32 - 2, 2 ** 32 - 1)], ['255.255.255.254/31']],
  [
    'IPv4 comes first',
    [{ family: 'IPv6', first: 0n, last: 2n ** 128n - 1n }, range4(0, 1)],
    ['0.0.0.0/31', '::/0'],
  ],
  ['nothing', [], []],
])('%s', (_, ranges, cidrs) => {
  expect(fewestCidrs(ranges).map(formatCidr)).toEqual(cidrs);
});

test('covers a range exactly, with no two blocks that could be one', () => {
  fc.assert(
    fc.property(fc.nat({ max: 500 }), fc.nat({ max: 500 }), (one, other) => {
      const [first, last] = [Math.min(one, other), Math.max(one, other)];
      const cidrs = fewestCidrs([range4(first, last)]);
      let next = first;
      for (const cidr of cidrs) {
        expect(cidr.first).toBe(next);
        if (cidr.family === 'IPv4') next = cidr.last + 1;
      }
      expect(next).toBe(last + 1);
      cidrs.slice(1).forEach((cidr, index) => {
        const before = cidrs[index];
        const siblings =
          before?.length === cidr.length && Number(before.first) % 2 ** (33 - cidr.length) === 0;
        expect(siblings).toBe(false);
      });
    }),
    { numRuns: 2_000 },
  );
});
