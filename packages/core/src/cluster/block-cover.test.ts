import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { IpBlock } from '../policy/policy.ts';
import type { IpAddress } from '../sets/address.ts';
import { cidrOf } from '../sets/cidr.ts';
import { coverOf } from './block-cover.ts';
import { blocksHave } from './block-index.ts';
import { createBlockPlaces } from './block-places.ts';

/** Few addresses, so that blocks lie in each other and touch; the ends of each family among them. */
const arbAddress: fc.Arbitrary<IpAddress> = fc.oneof(
  fc
    .oneof(
      fc.nat(31),
      fc.nat(31).map((back) => 2 ** 32 - 1 - back),
    )
    .map((value) => ({ family: 'IPv4', value }) as const),
  fc
    .oneof(
      fc.nat(31).map(BigInt),
      fc.nat(31).map((back) => 2n ** 128n - 1n - BigInt(back)),
    )
    .map((value) => ({ family: 'IPv6', value }) as const),
);
const arbCidr = fc
  .tuple(arbAddress, fc.oneof(fc.nat(6), fc.constantFrom(28, 31, 32)))
  .map(([address, host]) =>
    cidrOf(address, (address.family === 'IPv4' ? 32 : 128) - Math.min(host, 32)),
  );
const arbBlock: fc.Arbitrary<IpBlock> = fc.record({
  cidr: arbCidr,
  except: fc.array(arbCidr, { maxLength: 4 }),
});

test('covers exactly the addresses that blocks hold', () => {
  fc.assert(
    fc.property(fc.array(arbBlock, { maxLength: 6 }), fc.array(arbAddress), (blocks, addresses) => {
      const cover = coverOf(blocks);
      for (const address of addresses) expect(cover.has(address)).toBe(blocksHave(blocks, address));
    }),
    { numRuns: 2_000 },
  );
});

test('finds just the things around an address, in their order', () => {
  const arbItems = fc
    .array(fc.array(arbBlock, { maxLength: 3 }), { maxLength: 6 })
    .map((all) => all.map((blocks) => ({ blocks })));
  fc.assert(
    fc.property(arbItems, fc.array(arbAddress), (items, addresses) => {
      const places = createBlockPlaces(items);
      for (const address of addresses) {
        const wanted = items.filter(({ blocks }) => blocksHave(blocks, address));
        expect(places.around(address)).toEqual(wanted);
      }
    }),
    { numRuns: 2_000 },
  );
});
