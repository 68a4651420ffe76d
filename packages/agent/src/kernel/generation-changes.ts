import { isDeepStrictEqual } from 'node:util';
import type { Chain, Rule, Ruleset } from '@ringfence/dataplane';
import type { Change } from '@ringfence/netlink';
import { encodeRule } from './encode-rule.ts';
import { generationMask, markOf, withMark } from './generation-mark.ts';
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

/** What a new generation changes. */
export interface GenerationChanges {
  readonly changes: readonly Change[];
  /** Chains whose handles are to be read again when that is done. */
  readonly chains: readonly string[];
}

/**
 * Lists what makes the rules of one generation those of another: the rules that differ are replaced,
 * each in its place. No packet sees one of them without the others.
 *
 * @throws {Error} for rulesets whose chains differ in more than single rules.
 */
export function generationChanges(
  rulesets: { readonly from: Layout; readonly to: Layout },
  handles: RuleHandles,
): GenerationChanges {
  const { from, to } = rulesets;
  const { family, table } = to;
  const world = worldOf(to);
  const numbers = setNumbers();
  const differing = pairsOf(from.chains, to.chains).flatMap(({ before, after }) =>
    differingRules(before, after).map((place) => ({ chain: after.name, ...place })),
  );
  return {
    changes: differing.flatMap(({ chain, place, rule }) =>
      ruleChanges(
        { family, table, chain, rule: encodeRule(world, rule) },
        { kind: 'replace', handle: handles.of(chain, place) },
        numbers,
      ),
    ),
    chains: [...new Set(differing.map(({ chain }) => chain))],
  };
}

interface Pair {
  readonly before: Chain;
  readonly after: Chain;
}

function pairsOf(from: readonly Chain[], to: readonly Chain[]): readonly Pair[] {
  if (from.length !== to.length) throw new Error('a generation has other chains');
  return to.flatMap((after, index) => {
    const before = from[index];
    if (before === after) return [];
    if (
      before?.name !== after.name ||
      before.rules.length !== after.rules.length ||
      !isDeepStrictEqual(before.base, after.base)
    ) {
      throw new Error(`a generation has another chain \`${after.name}\``);
    }
    return [{ before, after }];
  });
}

function differingRules(
  before: Chain,
  after: Chain,
): readonly { readonly place: number; readonly rule: Rule }[] {
  return after.rules.flatMap((rule, place) =>
    rule === before.rules[place] || isDeepStrictEqual(rule, before.rules[place])
      ? []
      : [{ place, rule }],
  );
}
