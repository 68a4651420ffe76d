import { unreachable } from '@ringfence/core';
import type { Change } from '@ringfence/netlink';
import type { Random } from '../flows/random.ts';
import type { KernelEdit } from './edit-set.ts';
import {
  type FilledChain,
  type NftChain,
  type PortableRule,
  type PortableStep,
  rewritten,
} from './kernel-snapshot.ts';

/** Changes the rules of a chain at random, or where it sees packets. */
export function editChain(filled: FilledChain, random: Random): KernelEdit | undefined {
  const { chain, rules } = filled;
  if (chain.base !== undefined && random.percent(30)) return editBase(filled, chain.base, random);
  const kind = random.pick(['deleted', 'swapped', 'changed', 'changed', 'twice'] as const);
  const place = random.below(rules.length);
  const rule = rules[place];
  if (rule === undefined) return undefined;
  const after = editOf(kind, { rules, rule, place }, random);
  if (after === undefined) return undefined;
  return {
    what: `rule ${place + 1} of ${chain.name}: ${kind}`,
    changes: [rewritten(filled, after)],
    undo: [rewritten(filled, rules)],
  };
}

interface RulePlace {
  readonly rules: readonly PortableRule[];
  readonly rule: PortableRule;
  readonly place: number;
}

function editOf(
  kind: 'deleted' | 'swapped' | 'changed' | 'twice',
  { rules, rule, place }: RulePlace,
  random: Random,
): readonly PortableRule[] | undefined {
  switch (kind) {
    case 'deleted':
      return rules.toSpliced(place, 1);
    case 'twice':
      return rules.toSpliced(random.below(rules.length), 0, rule);
    case 'swapped': {
      const next = rules[place + 1];
      return next && rules.toSpliced(place, 2, next, rule);
    }
    case 'changed': {
      const steps = otherSteps(rule.steps, random);
      return steps && rules.toSpliced(place, 1, { ...rule, steps });
    }
    default:
      return unreachable(kind);
  }
}

function otherSteps(
  steps: readonly PortableStep[],
  random: Random,
): readonly PortableStep[] | undefined {
  if (steps.length === 0) return undefined;
  const at = random.below(steps.length);
  const step = steps[at];
  if (step === undefined) return undefined;
  if (random.percent(20)) return steps.toSpliced(at, 1);
  const other = otherStep(step, random);
  return other && steps.toSpliced(at, 1, other);
}

function otherStep(step: PortableStep, random: Random): PortableStep | undefined {
  if (step.kind === 'cmp') {
    return random.percent(50)
      ? { ...step, op: step.op === 'eq' ? 'neq' : 'eq' }
      : { ...step, data: turned(step.data, random) };
  }
  if (step.kind === 'bitwise') return { ...step, xor: turned(step.xor, random) };
  if (step.kind === 'immediate') return { ...step, data: turned(step.data, random) };
  if (step.kind === 'verdict') {
    return { ...step, verdict: { kind: step.verdict.kind === 'drop' ? 'accept' : 'drop' } };
  }
  if (step.kind === 'lookup') return { ...step, inverted: !step.inverted };
  if (step.kind === 'payload') return { ...step, offset: random.pick([8, 12, 16, 24]) };
  return step.kind === 'log' ? { ...step, group: step.group + 1 } : undefined;
}

function turned(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const at = random.below(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
  return copy;
}

function editBase(
  filled: FilledChain,
  base: NonNullable<NftChain['base']>,
  random: Random,
): KernelEdit {
  const { chain, rules } = filled;
  const kind = random.pick(['policy', 'priority', 'hook'] as const);
  const others = {
    policy: { ...base, policy: 'drop' as const },
    priority: { ...base, priority: base.priority + 1 },
    hook: { ...base, hook: base.hook === 'input' ? ('output' as const) : ('input' as const) },
  };
  const made = (as: NonNullable<NftChain['base']>): readonly Change[] => [
    { kind: 'flushChain', chain },
    { kind: 'deleteChain', chain },
    { kind: 'addChain', chain: { ...chain, base: as } },
    ...rewritten(filled, rules).slice(1),
  ];
  return { what: `${chain.name}: ${kind}`, changes: [made(others[kind])], undo: [made(base)] };
}
