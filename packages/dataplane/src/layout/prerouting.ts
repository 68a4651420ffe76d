import { FAMILIES } from '@ringfence/core';
import type { CompileOptions } from '../compile/options.ts';
import { familySet, sourceField } from '../ruleset/names.ts';
import { baseChain, chain, DROP, goto, jump, rule } from '../ruleset/rule.ts';
import type { Chain, Match, Rule } from '../ruleset/ruleset.ts';
import { findEachOther, from, podInterfaces } from './matches.ts';

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
      rule([{ kind: 'options4' }], jump('options')),
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
    // The destination would change behind our back, and a flow stay what it was before.
    chain(
      'options',
      [false, true].map((strict) =>
        rule([{ kind: 'sourceRoute4', strict }], DROP, 'goes where routes say', [
          { kind: 'count' },
        ]),
      ),
    ),
    chain('from_pod', NEVER_SENT),
    chain('unbound', [
      // With its own address, too: whom nobody finds while it is closed is not found for a while after.
      // On a bridge, where that could pass for a neighbour, its own table binds it.
      ...findEachOther(),
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
