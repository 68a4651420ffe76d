import { FAMILIES } from '@ringfence/core';
import type { CompileOptions } from '../compile/options.ts';
import { ICMP, ICMPV6, NO_IDENTITY } from '../ruleset/numbers.ts';
import { calledField, callerField, familySet, sourceField } from '../ruleset/names.ts';
import { ACCEPT, chain, DROP, goto, rule } from '../ruleset/rule.ts';
import type { Chain, Match } from '../ruleset/ruleset.ts';
import { from } from './matches.ts';

/**
 * Flows that were decided in this generation pass by one comparison. These two rules hold the
 * generation; with another one in both, every flow is decided anew at its next packet.
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
    chain('decided', [
      rule([], ACCEPT, 'this generation', [
        { kind: 'setIdentity', number: NO_IDENTITY },
        { kind: 'setMark', mask, value },
      ]),
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
