import { commit } from '@ringfence/netlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generationRules, withGeneration } from './generation-changes.ts';
import { encodeRule } from './encode-rule.ts';
import { installChanges, worldOf } from './install-changes.ts';
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

const HOLDERS = [
  ['forward', 4],
  ['input', 6],
  ['decided_before', 1],
] as const;

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

  test('replaces the rules that hold it', () => {
    const rules = generationRules(shopRuleset());
    expect(rules.chains).toEqual(['forward', 'input', 'decided_before']);
    expect(
      rules
        .changes(2, HANDLES)
        .flatMap((change) => (change.kind === 'replaceRule' ? [change.handle] : [])),
    ).toEqual(HOLDERS.map(([chain, place]) => HANDLES.of(chain, place)));
  });

  test.each([2, 3, 0xffff])('writes them as if they were encoded anew: %i', (generation) => {
    const to = withGeneration(shopRuleset(), generation);
    const written = generationRules(shopRuleset())
      .changes(generation, HANDLES)
      .flatMap((change) => (change.kind === 'replaceRule' ? [change.rule] : []));
    expect(written.map(({ expressions }) => expressions)).toEqual(
      HOLDERS.map(([chain, place]) => {
        const rule = to.chains.find(({ name }) => name === chain)?.rules[place];
        return rule && encodeRule(worldOf(to), rule).steps;
      }),
    );
  });

  test('replaces nothing where no rule holds one', () => {
    const rules = generationRules(bridgeRuleset());
    expect(rules.chains).toEqual([]);
    expect(rules.changes(2, HANDLES)).toEqual([]);
  });
});

describe.skipIf(cannotTest() !== undefined)(titled('the kernel'), () => {
  let kernel: TestKernel;

  beforeEach(() => {
    kernel = openTestKernel();
  });
  afterEach(() => kernel.close());

  test('goes from generation to generation, and says which one it has', () => {
    const ruleset = shopRuleset();
    for (const changes of installChanges(ruleset, { owned: false, maxElements: 100 })) {
      commit(kernel.socket, changes);
    }
    const handles = ruleHandles(kernel.socket, ruleset);
    const rules = generationRules(ruleset);
    for (const generation of [2, 3, 0xffff, 1]) {
      commit(kernel.socket, rules.changes(generation, handles));
      handles.renew(rules.chains);
      expect(readTable(kernel.socket, shopRuleset())).toMatchObject({ value: { generation } });
    }
  });

  test('has no handle for a rule that is not there', () => {
    const ruleset = shopRuleset();
    for (const changes of installChanges(ruleset, { owned: false, maxElements: 100 })) {
      commit(kernel.socket, changes);
    }
    expect(() => ruleHandles(kernel.socket, ruleset).of('spoofed', 1)).toThrow(
      'cannot find rule 1 of chain inet ringfence spoofed: ENOENT',
    );
  });
});
