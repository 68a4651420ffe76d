import { FAMILIES } from '@ringfence/core';
import type { CompileOptions } from '../compile/options.ts';
import { ICMP, ICMPV6, NO_IDENTITY } from '../ruleset/numbers.ts';
import { calledField, callerField, familySet, sourceField } from '../ruleset/names.ts';
import { ACCEPT, chain, does, DROP, goto, NEXT, rule } from '../ruleset/rule.ts';
import type { Chain, Match, Rule } from '../ruleset/ruleset.ts';
import { from } from './matches.ts';

/**
 * Flows that were decided in this generation pass by one comparison. This rule and those that stamp hold
 * the generation; with another one in all of them, every flow is decided anew at its next packet.
 *
 * An error about a flow passes when the flow has any generation and never renews it: a stranger's
 * error must not bring a flow back that is forbidden now, nor a change lose errors of allowed ones.
 */
export function flowChains(options: CompileOptions): readonly Chain[] {
  const { markMask: mask } = options;
  const value = markOf(options);
  return [
    chain('decided_before', [
      rule(
        [
          { kind: 'state', states: ['related'] },
          ERRORS,
          { kind: 'mark', is: 'different', mask, value: 0 },
        ],
        goto('told'),
        'errors of flows that were decided',
      ),
      rule(
        [
          { kind: 'state', states: ['established', 'new'] },
          { kind: 'mark', is: 'equal', mask, value },
        ],
        ACCEPT,
        'flows decided in this generation',
      ),
    ]),
    chain('told', [
      ...FAMILIES.flatMap((family) =>
        [callerField(family), calledField(family)].map((end) =>
          rule(
            [{ kind: 'inSet', key: [sourceField(family), end], set: familySet('itself', family) }],
            ACCEPT,
            'a pod tells of its own flow',
          ),
        ),
      ),
      ...FAMILIES.map((family) =>
        rule([from('ready', family)], DROP, 'a pod tells of flows of others', [{ kind: 'count' }]),
      ),
      rule([], ACCEPT, 'routers tell'),
    ]),
  ];
}

/**
 * What the chains at the hooks do with what comes back to them: its flow is decided in this generation.
 *
 * They stand in these chains and nowhere else. The kernel looks for a chain's rules when a packet gets
 * to it, in one of two places by turns: a packet that is held up while two changes are made finds the
 * rules of afterwards in the chains that it still gets to, though it was judged by the sets of before.
 * Only the chain at the hook is found at the beginning, before any set is looked at.
 */
export function stampRules(options: CompileOptions): readonly Rule[] {
  return [
    does({ kind: 'setIdentity', number: NO_IDENTITY }),
    rule([], NEXT, 'this generation', [
      { kind: 'setMark', mask: options.markMask, value: markOf(options) },
    ]),
  ];
}

/** Messages that are errors where their flow is known. */
export const ERRORS: Match = { kind: 'protocol', protocols: [ICMP, ICMPV6] };

/** The generation, moved to our bits of the mark. */
function markOf({ generation, markMask }: CompileOptions): number {
  const lowest = markMask & -markMask;
  return Math.abs(lowest) * generation;
}
