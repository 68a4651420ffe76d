import { FAMILIES, type Family } from '@ringfence/core';
import type { CompileOptions } from '../compile/options.ts';
import { digit, familySet, sourceField } from '../ruleset/names.ts';
import { ACCEPT, baseChain, chain, goto, jump, RETURN, rule } from '../ruleset/rule.ts';
import type { Chain } from '../ruleset/ruleset.ts';
import { tunnelRules } from './checks.ts';
import { ERRORS, stampRules } from './flow.ts';
import { FILTER } from './forward.ts';
import { findEachOther, from, to } from './matches.ts';

/**
 * What pods send to their own node. What the node sends to its pods is never seen: it is locally
 * generated, and no chain of ours is at the output hook.
 */
export function inputChains(options: CompileOptions): readonly Chain[] {
  const closed = options.unprogrammed === 'drop';
  return [
    baseChain('input', FILTER, [
      rule(
        [{ kind: 'state', states: ['established'] }, { kind: 'reply' }],
        ACCEPT,
        'answers to the node itself',
      ),
      rule(
        [{ kind: 'state', states: ['related'] }, ERRORS],
        goto('told'),
        'errors of flows of the node itself',
      ),
      rule(
        [{ kind: 'state', states: ['related'] }, { kind: 'reply' }],
        ACCEPT,
        'more that the node itself asked for',
      ),
      rule([], jump('decided_before')),
      rule([], jump('to_node')),
      ...stampRules(options),
    ]),
    // Comes back with what a pod may send.
    chain('to_node', [
      ...FAMILIES.map((family) => rule([from('ready', family)], goto(`input${digit(family)}`))),
      ...FAMILIES.flatMap((family) =>
        tunnelRules(family, options, [
          { kind: 'mapIdentity', key: [sourceField(family)], map: familySet('identities', family) },
        ]),
      ),
      ...(closed ? findEachOther() : []),
      ...(closed
        ? FAMILIES.map((family) =>
            rule(
              [
                { kind: 'state', states: ['new', 'untracked'] },
                { kind: 'interfaceIsNot', field: 'inputInterface', name: 'lo' },
                from('pod_ranges', family),
              ],
              goto('not_ready'),
            ),
          )
        : []),
      rule([], ACCEPT, 'none of ours'),
    ]),
    ...FAMILIES.map((family) => inputChain(family, options)),
  ];
}

function inputChain(family: Family, options: CompileOptions): Chain {
  const of = digit(family);
  return chain(`input${of}`, [
    ...(family === 'IPv6' ? findEachOther() : []),
    rule([], jump(`checks${of}`)),
    // All that comes here is for the node itself, whichever of its addresses it is sent to.
    ...tunnelRules(family, options),
    rule([to('own_node', family)], RETURN, 'where policy exempts the own node'),
    rule([], goto(`original${of}`)),
  ]);
}
