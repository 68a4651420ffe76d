import { commit } from '@ringfence/netlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generationChanges, withGeneration } from './generation-changes.ts';
import { installChanges } from './install-changes.ts';
import { readTable } from './read-table.ts';
import { ruleHandles } from './rule-handles.ts';
import {
  bridgeRuleset,
  cannotTest,
  openTestKernel,
  shopRuleset,
  type TestKernel,
  titled,
} from './testing.ts';

const HANDLES = {
  of: (chain: string, place: number) => chain.length * 100 + place,
  renew: () => undefined,
};

describe('another generation', () => {
  test.each([
    ['the highest bits', 0xffff_0000, 0xfffe],
    ['bits in the middle', 0x00ff_ff00, 0xffff],
    ['the highest bit alone', 0x8000_0000, 1],
  ])('is what the compiler makes with it: %s', (_, markMask, generation) => {
    expect(withGeneration(shopRuleset({ markMask }), generation).chains).toEqual(
      shopRuleset({ markMask, generation }).chains,
    );
  });

  test('must have room in the mask', () => {
    const ruleset = shopRuleset();
    expect(() => withGeneration(ruleset, 0x1_0000)).toThrow(RangeError);
    expect(() => withGeneration(ruleset, 0)).toThrow(RangeError);
  });

  test('is nothing where no rule holds one', () => {
    const bridge = bridgeRuleset();
    expect(withGeneration(bridge, 7)).toBe(bridge);
  });

  test('replaces the two rules that hold it', () => {
    const from = shopRuleset();
    const { changes, chains } = generationChanges(
      { from, to: shopRuleset({ generation: 2 }) },
      HANDLES,
    );
    expect(chains).toEqual(['decided_before', 'decided']);
    expect(
      changes.flatMap((change) => (change.kind === 'replaceRule' ? [change.handle] : [])),
    ).toEqual([HANDLES.of('decided_before', 1), HANDLES.of('decided', 0)]);
  });

  test.each([
    ['a chain less', (all: readonly unknown[]) => all.slice(1)],
    ['another order', (all: readonly unknown[]) => [...all].reverse()],
  ])('has the same chains, not %s', (_, change) => {
    const from = shopRuleset();
    const to = { ...from, chains: change(from.chains) as typeof from.chains };
    expect(() => generationChanges({ from, to }, HANDLES)).toThrow();
  });
});

describe.skipIf(cannotTest() !== undefined)(titled('the kernel'), () => {
  let kernel: TestKernel;

  beforeEach(() => {
    kernel = openTestKernel();
  });
  afterEach(() => kernel.close());

  test('goes from generation to generation, and says which one it has', () => {
    let from = shopRuleset();
    for (const changes of installChanges(from, { owned: false, maxElements: 100 })) {
      commit(kernel.socket, changes);
    }
    const handles = ruleHandles(kernel.socket, from);
    for (const generation of [2, 3, 0xffff, 1]) {
      const to = withGeneration(from, generation);
      const { changes, chains } = generationChanges({ from, to }, handles);
      commit(kernel.socket, changes);
      handles.renew(chains);
      expect(readTable(kernel.socket, shopRuleset())).toMatchObject({ value: { generation } });
      from = to;
    }
  });

  test('has no handle for a rule that is not there', () => {
    const ruleset = shopRuleset();
    for (const changes of installChanges(ruleset, { owned: false, maxElements: 100 })) {
      commit(kernel.socket, changes);
    }
    expect(() => ruleHandles(kernel.socket, ruleset).of('decided', 1)).toThrow('has no rule 1');
  });
});
