import { missingPrivilege } from '@ringfence/netlink';
import { afterEach, describe, expect, test } from 'vitest';
import { growthOf } from './growth.ts';
import { type Soaking, startSoaking } from './soaking.ts';

const missing = missingPrivilege();
const title = 'an agent to which everything happens';

describe.skipIf(missing !== undefined)(
  missing === undefined ? title : `${title} (${missing})`,
  () => {
    let soaking: Soaking | undefined;
    afterEach(() => soaking?.stop());

    test('holds afterwards what it held before: elements, numbers, flows, descriptors', async () => {
      soaking = await startSoaking(7, 40);
      // The first cycle fills what is kept for good.
      await soaking.cycle();
      const { counts: before } = await soaking.cycle();
      expect(before['pods']).toBeGreaterThan(0);
      expect(before['ingress4_ports']).toBeGreaterThan(0);
      expect(before['identities']).toBeGreaterThan(3);
      for (let cycle = 0; cycle < 4; cycle += 1) {
        expect((await soaking.cycle()).counts).toEqual(before);
      }
    });
  },
);

describe('growth', () => {
  const noisy = (at: number): number => 1_000 + ((at * 7_919) % 13);

  test.each<[reason: string, samples: readonly number[], grows: boolean]>([
    ['noise is none', range(40).map(noisy), false],
    [
      'a cache that fills in the first half is none',
      range(40).map((at) => Math.min(at, 15) * 100),
      false,
    ],
    ['a step down is none', range(40).map((at) => (at > 30 ? 100 : 1_000)), false],
    ['one that is out of line is none', range(40).map((at) => (at === 33 ? 9_000 : 1_000)), false],
    ['a leak below the noise of a sample is some', range(40).map((at) => noisy(at) + at * 8), true],
    ['steps up are some', range(40).map((at) => 1_000 + Math.floor(at / 4) * 50), true],
  ])('%s', (_, samples, grows) => {
    expect(growthOf(samples, 20).grows).toBe(grows);
  });
});

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => at);
}
