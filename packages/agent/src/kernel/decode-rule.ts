import { isDeepStrictEqual } from 'node:util';
import { unreachable } from '@ringfence/core';
import type { Action, Match, Rule, RuleVerdict } from '@ringfence/dataplane';
import { type Expression, ICMPX_CODES, type NftRule } from '@ringfence/netlink';
import { partAt } from './decode-rule-part.ts';
import { encodeRule } from './encode-rule.ts';
import type { RuleWorld } from './part.ts';
import { type AnonymousSets, comparable, plainly } from './read-rules.ts';
import { ANONYMOUS, type Step } from './step.ts';

/**
 * Reads what a rule of the kernel says: what `encodeRule` has written.
 *
 * What was read is encoded again and compared, expression by expression: nothing that a rule does is
 * overlooked.
 *
 * @returns `undefined` for a rule that no ruleset can have.
 */
export function decodeRule(
  world: RuleWorld,
  told: NftRule,
  anonymous: AnonymousSets,
): Rule | undefined {
  const rule = { ...told, expressions: told.expressions.filter((each) => !isIdle(each)) };
  const decoded = ruleIn(world, rule, stepsOf(rule, anonymous));
  if (decoded === undefined) return undefined;
  const again = encodeRule(world, decoded).steps.map(plainly);
  return isDeepStrictEqual(rule.expressions.map(comparable(anonymous)), again)
    ? decoded
    : undefined;
}

/** nft 1.0.6 turns numbers of one byte round as if they had two: that does nothing. */
function isIdle(expression: Expression): boolean {
  return (
    expression.kind === 'byteorder' &&
    expression.length < expression.size &&
    expression.source === expression.destination
  );
}

/** Puts the values of sets without names in the place of these. */
function stepsOf({ expressions }: NftRule, anonymous: AnonymousSets): readonly Step[] {
  return expressions.map((expression): Step => {
    if (expression.kind !== 'lookup' || !expression.set.startsWith(ANONYMOUS)) return expression;
    const bytes = anonymous.get(expression.set);
    if (bytes === undefined || expression.inverted) return expression;
    const values = { datatype: 'integer', byteOrder: 'network', bytes } as const;
    return { kind: 'oneOf', source: expression.source, values };
  });
}

function ruleIn(world: RuleWorld, { comment }: NftRule, steps: readonly Step[]): Rule | undefined {
  const matches: Match[] = [];
  const actions: Action[] = [];
  const held = new Set<string>();
  let at = 0;
  while (at < steps.length) {
    const verdict = at === steps.length - 1 ? verdictOf(steps[at]) : undefined;
    if (verdict !== undefined) return { matches, actions, verdict, comment };
    const found = partAt({ world, steps, held }, at);
    if (found === undefined) return undefined;
    if (found.match !== undefined) matches.push(found.match);
    if (found.action !== undefined) actions.push(found.action);
    for (const need of found.needs) held.add(need);
    at = found.next;
  }
  return { matches, actions, verdict: { kind: 'next' }, comment };
}

function verdictOf(step: Step | undefined): RuleVerdict | undefined {
  if (step?.kind === 'reject') {
    if (step.type === 'tcp_rst') return { kind: 'reject', by: 'tcpReset' };
    return step.type === 'icmpx_unreach' && step.code === ICMPX_CODES.admin_prohibited
      ? { kind: 'reject', by: 'adminProhibited' }
      : undefined;
  }
  if (step?.kind !== 'verdict') return undefined;
  const { verdict } = step;
  switch (verdict.kind) {
    case 'accept':
    case 'drop':
    case 'return':
      return { kind: verdict.kind };
    case 'jump':
    case 'goto':
      return { kind: verdict.kind, chain: verdict.chain };
    case 'continue':
    case 'break':
      return undefined;
    default:
      return unreachable(verdict);
  }
}
