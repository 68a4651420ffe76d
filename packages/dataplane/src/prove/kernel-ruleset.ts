import type { Chain, ChainBase, Rule, Ruleset } from '../ruleset/ruleset.ts';

/** What a kernel was found to hold: a ruleset, but for what no ruleset can say. */
export interface KernelRuleset extends Pick<Ruleset, 'family' | 'table' | 'sets' | 'elements'> {
  readonly chains: readonly KernelChain[];
  /** What is there beside sets, chains and rules that can be understood, in words. */
  readonly unknown: readonly string[];
}

/** A chain of the kernel. */
export interface KernelChain extends Pick<Chain, 'name'> {
  readonly base: ChainBase | Unknown | undefined;
  readonly rules: readonly (Rule | Unknown)[];
}

/** Something that no ruleset of this program has. */
export interface Unknown {
  readonly kind: 'unknown';
  readonly text: string;
}

/** Whether a part of a chain could not be understood. */
export function isUnknown(part: Rule | ChainBase | Unknown | undefined): part is Unknown {
  return part !== undefined && 'kind' in part;
}

/** The kernel's ruleset as one of this program's; `undefined` where anything in it is not. */
export function understood({ unknown, chains, ...rest }: KernelRuleset): Ruleset | undefined {
  if (unknown.length > 0) return undefined;
  const all: Chain[] = [];
  for (const { name, base, rules } of chains) {
    const known = rules.flatMap((rule) => (isUnknown(rule) ? [] : [rule]));
    if (isUnknown(base) || known.length < rules.length) return undefined;
    all.push({ name, base, rules: known });
  }
  return { ...rest, chains: all, closed: [] };
}

/** The generation that a kernel's rules hold, as far as the first one that says one goes; else 1. */
export function generationIn({ chains }: KernelRuleset, markMask: number): number {
  const lowest = Math.abs(markMask & -markMask);
  for (const { rules } of chains) {
    for (const rule of rules) {
      if (isUnknown(rule)) continue;
      const stamp = rule.actions.find(({ kind }) => kind === 'setMark');
      if (stamp?.kind !== 'setMark') continue;
      const generation = (stamp.value >>> 0) / lowest;
      if (Number.isInteger(generation) && generation >= 1 && generation <= mostOf(markMask)) {
        return generation;
      }
    }
  }
  return 1;
}

/** The largest generation that a mask has room for. */
function mostOf(markMask: number): number {
  return (markMask >>> 0) / Math.abs(markMask & -markMask);
}
