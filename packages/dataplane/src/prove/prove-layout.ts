import { ruleText } from '../render/render.ts';
import type { Chain, ChainBase, Element, ElementSet, Rule } from '../ruleset/ruleset.ts';
import type { Findings } from './findings.ts';
import { isUnknown, type KernelChain, type KernelRuleset, type Unknown } from './kernel-ruleset.ts';
import { baseKey, ruleKey } from './rule-key.ts';

/**
 * Compares what never changes: sets, chains, and the rules in their order.
 *
 * @returns the elements of all sets that are as they should be; none for the others.
 */
export function proveLayout(
  kernel: KernelRuleset,
  expected: { readonly sets: readonly ElementSet[]; readonly chains: readonly Chain[] },
  findings: Findings,
): KernelRuleset['elements'] {
  const elements = new Map<string, readonly Element[]>();
  for (const text of kernel.unknown) {
    findings.add({ kind: 'layout', where: 'the table', kernel: text, expected: '' });
  }
  for (const { name, kernel: one, expected: other } of pairs(kernel.sets, expected.sets)) {
    const [is, should] = [setText(one), setText(other)];
    if (is === should) elements.set(name, kernel.elements.get(name) ?? []);
    else findings.add({ kind: 'layout', where: `set ${name}`, kernel: is, expected: should });
  }
  for (const { name, kernel: one, expected: other } of pairs(kernel.chains, expected.chains)) {
    proveChain(name, { kernel: one, expected: other }, findings);
  }
  return elements;
}

function* pairs<One extends { readonly name: string }, Other extends { readonly name: string }>(
  kernel: readonly One[],
  expected: readonly Other[],
): Iterable<{ name: string; kernel: One | undefined; expected: Other | undefined }> {
  const left = new Map(kernel.map((each) => [each.name, each]));
  for (const each of expected) {
    yield { name: each.name, kernel: left.get(each.name), expected: each };
    left.delete(each.name);
  }
  for (const each of left.values()) {
    yield { name: each.name, kernel: each, expected: undefined };
  }
}

function setText(set: ElementSet | undefined): string {
  if (set === undefined) return '';
  const { key, kind, interval, dynamic } = set;
  const flags = [
    ...(interval ? ['of ranges'] : []),
    ...(dynamic === undefined ? [] : [`of ${dynamic.size} elements for ${dynamic.seconds} s`]),
  ];
  return [kind === 'set' ? 'set' : 'map', `by ${key.join(' . ')}`, ...flags].join(' ');
}

interface ChainPair {
  readonly kernel: KernelChain | undefined;
  readonly expected: Chain | undefined;
}

function proveChain(name: string, { kernel, expected }: ChainPair, findings: Findings): void {
  const where = `chain ${name}`;
  const [is, should] = [baseText(kernel), baseText(expected)];
  if (is !== should) findings.add({ kind: 'layout', where, kernel: is, expected: should });
  const [found, wanted] = [kernel?.rules ?? [], expected?.rules ?? []];
  const before = countAlike(found, wanted);
  const after = countAlike(found.slice(before).toReversed(), wanted.slice(before).toReversed());
  const [one, other] = [
    found.slice(before, -after || undefined),
    wanted.slice(before, -after || undefined),
  ];
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    findings.add({
      kind: 'layout',
      where: `rule ${before + index + 1} of ${where}`,
      kernel: textOf(one[index]),
      expected: textOf(other[index]),
    });
  }
}

function baseText(chain: { readonly base: ChainBase | Unknown | undefined } | undefined): string {
  if (chain === undefined) return '';
  const { base } = chain;
  if (isUnknown(base)) return base.text;
  return base === undefined ? 'without a hook' : `at hook ${baseKey(base)}`;
}

/** How many are the same from the beginning on. */
function countAlike(
  rules: readonly (Rule | Unknown)[],
  others: readonly (Rule | Unknown)[],
): number {
  const differs = rules.findIndex((rule, place) => {
    const other = others[place];
    if (other === undefined || isUnknown(rule) || isUnknown(other)) return true;
    return ruleKey(rule) !== ruleKey(other);
  });
  return differs === -1 ? Math.min(rules.length, others.length) : differs;
}

function textOf(rule: Rule | Unknown | undefined): string {
  if (rule === undefined) return '';
  return isUnknown(rule) ? rule.text : ruleText(rule);
}
