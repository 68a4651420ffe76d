import type { Ruleset } from '@ringfence/dataplane';
import type { Change } from '@ringfence/netlink';
import { encodeRule } from './encode-rule.ts';
import { generationMask, markOf, stepsWithMark, withMark } from './generation-mark.ts';
import { worldOf } from './install-changes.ts';
import type { RuleHandles } from './rule-handles.ts';
import { ruleChanges, setNumbers } from './step.ts';

/** A ruleset without its elements. */
export type Layout = Pick<Ruleset, 'family' | 'table' | 'sets' | 'chains'>;

/**
 * The same layout with another generation: chains and rules that hold none stay the same objects, so
 * that comparing the two is quick.
 *
 * @param generation at least 1, and at most what the mask of its rules has room for.
 */
export function withGeneration<T extends Layout>(layout: T, generation: number): T {
  const masks = layout.chains.flatMap(({ rules }) =>
    rules.flatMap((rule) => generationMask(rule) ?? []),
  );
  const [mask] = masks;
  if (mask === undefined) return layout;
  return { ...layout, chains: withMark(layout.chains, markOf(generation, mask)) };
}

/** The rules of a table that hold the generation. */
export interface GenerationRules {
  /** Chains whose handles are to be read again when rules were replaced. */
  readonly chains: readonly string[];
  /**
   * Lists what makes all of them hold another generation: each is replaced in its place. No packet
   * sees one of them without the others.
   */
  changes(generation: number, handles: RuleHandles): readonly Change[];
}

/** Encodes the rules that hold the generation, once: it changes with every change that may deny. */
export function generationRules(layout: Layout): GenerationRules {
  const { family, table } = layout;
  const world = worldOf(layout);
  const holders = layout.chains.flatMap(({ name, rules }) =>
    rules.flatMap((rule, place) => {
      const mask = generationMask(rule);
      if (mask === undefined) return [];
      return [{ chain: name, place, mask, encoded: encodeRule(world, rule) }];
    }),
  );
  return {
    chains: [...new Set(holders.map(({ chain }) => chain))],
    changes(generation, handles) {
      const numbers = setNumbers();
      return holders.flatMap(({ chain, place, mask, encoded: { comment, steps } }) => {
        const rule = { comment, steps: stepsWithMark(steps, markOf(generation, mask)) };
        const handle = handles.of(chain, place);
        return ruleChanges({ family, table, chain, rule }, { kind: 'replace', handle }, numbers);
      });
    },
  };
}
