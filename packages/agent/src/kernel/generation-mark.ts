import type { Action, Chain, Match, Rule } from '@ringfence/dataplane';
import type { Expression } from '@ringfence/netlink';
import type { Step } from './step.ts';
import { hostNumber, hostNumberIn } from './value-bytes.ts';

type MarkMatch = Extract<Match, { readonly kind: 'mark' }>;
type SetMark = Extract<Action, { readonly kind: 'setMark' }>;

/** The mask of a rule that holds the generation; `undefined` for others. */
export function generationMask(rule: Rule): number | undefined {
  return rule.matches.find(isGeneration)?.mask ?? rule.actions.find(isStamp)?.mask;
}

/**
 * The same chains with another mark where they hold the generation. Chains and rules that hold none
 * stay the same objects.
 */
export function withMark(chains: readonly Chain[], mark: number): readonly Chain[] {
  return chains.map((chain) => {
    if (!chain.rules.some(isHolder)) return chain;
    const rules = chain.rules.map((rule) => (isHolder(rule) ? marked(rule, mark) : rule));
    return { ...chain, rules };
  });
}

function isHolder(rule: Rule): boolean {
  return generationMask(rule) !== undefined;
}

function marked(rule: Rule, value: number): Rule {
  return {
    ...rule,
    matches: rule.matches.map((match) => (isGeneration(match) ? { ...match, value } : match)),
    actions: rule.actions.map((action) => (isStamp(action) ? { ...action, value } : action)),
  };
}

/**
 * The mark that a rule of the kernel compares flows with, or gives them: where a rule of ours has
 * it. Whether the rule is ours is another question.
 */
export function markIn(expressions: readonly Expression[]): number | undefined {
  for (const [index, expression] of expressions.entries()) {
    if (!holdsMark(expressions, index)) continue;
    if (expression.kind === 'bitwise') return hostNumberIn(expression.xor);
    if (expression.kind === 'cmp') return hostNumberIn(expression.data);
  }
  return undefined;
}

/** The same steps of a rule with another mark wherever they hold one. */
export function stepsWithMark(steps: readonly Step[], mark: number): readonly Step[] {
  return steps.map((step, index) => {
    if (!holdsMark(steps, index)) return step;
    if (step.kind === 'bitwise') return { ...step, xor: hostNumber(mark) };
    return step.kind === 'cmp' ? { ...step, data: hostNumber(mark) } : step;
  });
}

/** Behind the flow's mark it is masked; then compared, or given back with other bits. */
function holdsMark(steps: readonly Step[], index: number): boolean {
  const step = steps[index];
  if (step?.kind === 'bitwise') {
    const after = steps[index + 1];
    return isMasked(steps, index) && after?.kind === 'setCt' && after.key === 'mark';
  }
  if (step?.kind !== 'cmp' || step.op !== 'eq' || step.data.length !== 4) return false;
  return isMasked(steps, index - 1);
}

function isMasked(steps: readonly Step[], index: number): boolean {
  const [load, masked] = [steps[index - 1], steps[index]];
  if (masked?.kind !== 'bitwise' || masked.mask.length !== 4) return false;
  return load?.kind === 'ct' && load.key === 'mark';
}

/** The generation that a mark says. */
export function generationOf(mark: number, mask: number): number {
  return mark / lowestBit(mask);
}

/** The mark that says a generation. @throws {RangeError} where the mask has no room for it. */
export function markOf(generation: number, mask: number): number {
  const mark = generation * lowestBit(mask);
  if (generation < 1 || mark > mask >>> 0) throw new RangeError(`no mark says ${generation}`);
  return mark;
}

function lowestBit(mask: number): number {
  return Math.abs(mask & -mask);
}

function isGeneration(match: Match): match is MarkMatch {
  return match.kind === 'mark' && match.is === 'equal';
}

function isStamp(action: Action): action is SetMark {
  return action.kind === 'setMark';
}
