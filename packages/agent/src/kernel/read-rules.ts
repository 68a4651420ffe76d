import { Buffer } from 'node:buffer';
import { isDeepStrictEqual } from 'node:util';
import { failed, ok, type Result } from '@ringfence/core';
import type { Chain } from '@ringfence/dataplane';
import type { Expression, NftRule } from '@ringfence/netlink';
import { encodeRule } from './encode-rule.ts';
import type { Layout } from './generation-changes.ts';
import { generationMask, generationOf, markIn, withMark } from './generation-mark.ts';
import { worldOf } from './install-changes.ts';
import { ANONYMOUS, type Step } from './step.ts';

/** The values of sets without names, by the names that the kernel gave them. */
export type AnonymousSets = ReadonlyMap<string, readonly Uint8Array[]>;

/**
 * Compares the kernel's rules with a ruleset's, expression by expression, and reads out the
 * generation that they hold, which may be any.
 *
 * @returns the generation, `undefined` where no rule holds one; or the first rule that is another one.
 */
export function readRules(
  layout: Layout,
  rules: readonly NftRule[],
  anonymous: AnonymousSets,
): Result<number | undefined, string> {
  const byChain = Map.groupBy(rules, ({ chain }) => chain);
  const held = heldMark(layout.chains, byChain);
  if (held.kind === 'failed') return held;
  const chains =
    held.value === undefined ? layout.chains : withMark(layout.chains, held.value.mark);
  const world = worldOf(layout);
  for (const { name, rules: expected } of chains) {
    const found = byChain.get(name) ?? [];
    if (found.length !== expected.length) {
      return failed(`chain \`${name}\` has ${found.length} rules, not ${expected.length}`);
    }
    for (const [place, rule] of expected.entries()) {
      const other = found[place];
      if (other === undefined) throw new Error('there are as many rules');
      const encoded = encodeRule(world, rule);
      if (
        other.comment !== encoded.comment ||
        !isDeepStrictEqual(other.expressions.map(comparable(anonymous)), encoded.steps.map(plainly))
      ) {
        return failed(`rule ${place + 1} of chain \`${name}\` is another one`);
      }
    }
  }
  return ok(held.value?.generation);
}

interface Held {
  readonly mark: number;
  readonly generation: number;
}

/** All rules that hold the generation must hold the same one. */
function heldMark(
  chains: readonly Chain[],
  found: ReadonlyMap<string, readonly NftRule[]>,
): Result<Held | undefined, string> {
  let held: Held | undefined;
  for (const { name, rules } of chains) {
    for (const [place, rule] of rules.entries()) {
      const mask = generationMask(rule);
      if (mask === undefined) continue;
      const mark = markIn(found.get(name)?.[place]?.expressions ?? []);
      if (mark === undefined || mark === 0 || (mark & ~mask) !== 0) {
        return failed(`rule ${place + 1} of chain \`${name}\` holds no generation`);
      }
      if (held !== undefined && held.mark !== mark) return failed('rules hold two generations');
      held = { mark, generation: generationOf(mark, mask) };
    }
  }
  return ok(held);
}

/** An expression of the kernel as steps have it: counters at their beginning. */
export function comparable(anonymous: AnonymousSets): (expression: Expression) => unknown {
  return (expression) => {
    if (expression.kind === 'counter') return { kind: 'counter', packets: 0n, bytes: 0n };
    if (expression.kind !== 'lookup' || !expression.set.startsWith(ANONYMOUS)) return expression;
    const values = anonymous.get(expression.set);
    if (values === undefined || expression.inverted) return expression;
    return { kind: 'oneOf', source: expression.source, values: sorted(values) };
  };
}

/** What a set without a name is called in lists is no part of what it does. */
export function plainly(step: Step): unknown {
  if (step.kind !== 'oneOf') return step;
  return { kind: 'oneOf', source: step.source, values: sorted(step.values.bytes) };
}

function sorted(values: readonly Uint8Array[]): readonly Uint8Array[] {
  return [...values].sort((left, right) => Buffer.compare(left, right));
}
