import { FAMILIES } from '@ringfence/core';
import type { CompileOptions } from '../compile/options.ts';
import { familySet, sourceField } from '../ruleset/names.ts';
import { baseChain, chain, DROP, goto, rule, ACCEPT } from '../ruleset/rule.ts';
import type { Chain, Match, Rule } from '../ruleset/ruleset.ts';
import { from, NEIGHBOUR_DISCOVERY, podInterfaces } from './matches.ts';

/** Before connection tracking, which is at -200. */
const RAW = -300;

/**
 * Binds sources: what a pod sends carries its own address, and nobody else sends with it. All later
 * decisions believe in source addresses because of this.
 */
export function preroutingChains(options: CompileOptions): readonly Chain[] {
  const closed = options.unprogrammed === 'drop';
  return [
    baseChain('prerouting', RAW, [
      ...FAMILIES.map((family) =>
        rule(
          [
            {
              kind: 'inSet',
              key: ['inputInterface', sourceField(family)],
              set: familySet('bound', family),
            },
          ],
          goto('from_pod'),
          'a pod with its own address',
        ),
      ),
      ...podInterfaces('inputInterface', options).map((match) => rule([match], goto('unbound'))),
      ...FAMILIES.map((family) =>
        rule([from('ready', family)], goto('spoofed'), 'a pod address from elsewhere'),
      ),
    ]),
    chain('from_pod', NEVER_SENT),
    chain('unbound', [
      // With its own address, too: whom nobody finds while it is closed is not found for a while after.
      // On a bridge, where that could pass for a neighbour, its own table binds it.
      rule([NEIGHBOUR_DISCOVERY], ACCEPT, 'neighbours find each other'),
      ...(closed ? [] : NEVER_SENT),
      ...(closed
        ? [rule([], DROP, 'not the address of a programmed pod', [{ kind: 'count' }])]
        : FAMILIES.map((family) => rule([from('ready', family)], goto('spoofed')))),
    ]),
    chain('spoofed', [rule([], DROP, '', [{ kind: 'count' }])]),
  ];
}

/** What would change the routes of others. */
export const NEVER_SENT: readonly Rule[] = [
  rule(
    [{ kind: 'icmpType', family: 'IPv4', types: [5, 9] }],
    DROP,
    'no redirects, no router advertisements',
  ),
  rule(
    [{ kind: 'icmpType', family: 'IPv6', types: [134, 137] }],
    DROP,
    'no redirects, no router advertisements',
  ),
];

/** Sources of discovery that are no pod's address: fe80::/10, and :: while an address is new. */
export const LINK_LOCAL: readonly Match[] = [
  { kind: 'prefix6', field: 'source6', first: 0xfe80n << 112n, length: 10 },
  { kind: 'prefix6', field: 'source6', first: 0n, length: 128 },
];
