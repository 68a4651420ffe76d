import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AddressSet } from '../cluster/compiled.ts';
import { blocksHave } from '../cluster/block-index.ts';
import type { Family, IpAddress } from '../sets/address.ts';
import { type Cidr, cidrOf } from '../sets/cidr.ts';
import { type Atom, atomsOf } from './atoms.ts';

/** Addresses near both ends of a family, so that blocks meet, nest and reach the edges. */
function arbAddress(family: Family): fc.Arbitrary<IpAddress> {
  const arbOffset = fc.integer({ min: 0, max: 15 });
  return fc.tuple(arbOffset, fc.boolean()).map(([offset, high]): IpAddress => {
    if (family === 'IPv4') return { family, value: high ? 2 ** 32 - 1 - offset : offset };
    return { family, value: high ? 2n ** 128n - 1n - BigInt(offset) : BigInt(offset) };
  });
}

function arbCidr(family: Family): fc.Arbitrary<Cidr> {
  const bits = family === 'IPv4' ? 32 : 128;
  return fc
    .tuple(arbAddress(family), fc.constantFrom(0, 1, 2, 3, 4, bits))
    .map(([address, free]) => cidrOf(address, bits - free));
}

const arbSets: fc.Arbitrary<readonly AddressSet[]> = fc
  .array(
    fc.constantFrom<Family>('IPv4', 'IPv6').chain((family) =>
      fc.record({
        family: fc.constant(family),
        blocks: fc.array(
          fc.record({
            cidr: arbCidr(family),
            except: fc.array(arbCidr(family), { maxLength: 3 }),
          }),
          { minLength: 1, maxLength: 3 },
        ),
      }),
    ),
    { maxLength: 4 },
  )
  .map((sets) => sets.map((set, id) => ({ ...set, id })));

test('every address lies in one atom, which names just the sets whose blocks have it', () => {
  fc.assert(
    fc.property(
      arbSets,
      fc.constantFrom<Family>('IPv4', 'IPv6').chain(arbAddress),
      (sets, address) => {
        const homes = atomsOf(sets).filter((atom) => has(atom, address));
        expect(homes).toHaveLength(1);
        const wanted = sets.filter(({ blocks }) => blocksHave(blocks, address)).map(({ id }) => id);
        expect(homes[0]?.sets).toEqual(wanted);
      },
    ),
    { numRuns: 5_000 },
  );
});

test('no two atoms of a family lie in the same sets', () => {
  fc.assert(
    fc.property(arbSets, (sets) => {
      const keys = atomsOf(sets).map((atom) => `${atom.address.family} ${atom.sets.join()}`);
      expect(new Set(keys).size).toBe(keys.length);
    }),
    { numRuns: 2_000 },
  );
});

function has({ ranges }: Atom, { family, value }: IpAddress): boolean {
  return ranges.some(
    (range) => range.family === family && range.first <= value && value <= range.last,
  );
}
