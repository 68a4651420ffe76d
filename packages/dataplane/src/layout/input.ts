import { FAMILIES, type Family } from '@ringfence/core';
import type { CompileOptions } from '../compile/options.ts';
import { digit } from '../ruleset/names.ts';
import { ACCEPT, baseChain, chain, goto, jump, rule } from '../ruleset/rule.ts';
import type { Chain } from '../ruleset/ruleset.ts';
import { FILTER } from './forward.ts';
import { from, NEIGHBOUR_DISCOVERY, to } from './matches.ts';

/**
 * What pods send to their own node. What the node sends to its pods is never seen: it is locally
 * generated, and no chain of ours is at the output hook.
 */
export function inputChains(options: CompileOptions): readonly Chain[] {
  const closed = options.unprogrammed === 'drop';
  return [
    baseChain('input', FILTER, [
      rule(
        [{ kind: 'state', states: ['established', 'related'] }, { kind: 'reply' }],
        ACCEPT,
        'answers to the node itself',
      ),
      rule([], jump('decided_before')),
      ...FAMILIES.map((family) => rule([from('ready', family)], goto(`input${digit(family)}`))),
      ...(closed ? [rule([NEIGHBOUR_DISCOVERY], ACCEPT, 'neighbours find each other')] : []),
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
    ]),
    ...FAMILIES.map(inputChain),
  ];
}

function inputChain(family: Family): Chain {
  const of = digit(family);
  return chain(`input${of}`, [
    ...(family === 'IPv6'
      ? [rule([NEIGHBOUR_DISCOVERY], ACCEPT, 'neighbours find each other')]
      : []),
    rule([], jump(`checks${of}`)),
    rule([to('own_node', family)], goto('decided'), 'where policy exempts the own node'),
    rule([], goto(`original${of}`)),
  ]);
}
