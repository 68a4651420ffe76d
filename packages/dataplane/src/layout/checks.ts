import type { Family } from '@ringfence/core';
import type { CompileOptions } from '../compile/options.ts';
import { digit } from '../ruleset/names.ts';
import { ICMP, ICMPV6, UDP } from '../ruleset/numbers.ts';
import { chain, DROP, goto, rule } from '../ruleset/rule.ts';
import type { Action, Chain, Match, Rule } from '../ruleset/ruleset.ts';
import { to } from './matches.ts';

/** What no policy can allow. */
export function checkChains(family: Family): readonly Chain[] {
  const name = neverName(family);
  const never = goto(name);
  return [
    chain(`checks${digit(family)}`, [
      rule([{ kind: 'state', states: ['invalid'] }], never, 'belongs to no flow'),
      rule(
        [
          { kind: 'state', states: ['related'] },
          { kind: 'protocol', protocols: [ICMP, ICMPV6] },
        ],
        never,
        'errors of flows that nobody decided',
      ),
      rule(
        [{ kind: 'state', states: ['new'] }, { kind: 'notSyn' }],
        never,
        'the middle of a connection that is not known',
      ),
    ]),
    chain(name, [rule([], DROP, '', [{ kind: 'count' }])]),
  ];
}

/** Drops tunnels to nodes, by way of this one. */
export function tunnelsToNodes(family: Family, options: CompileOptions): readonly Rule[] {
  const nodes = to('nodes', family);
  const never = goto(neverName(family));
  return tunnelMatches(options).map((match) => rule([match, nodes], never, 'tunnels'));
}

/** Drops tunnels, whichever address they lead to; what is done first may stop that. */
export function tunnelRules(
  family: Family,
  options: CompileOptions,
  actions: readonly Action[] = [],
): readonly Rule[] {
  const never = goto(neverName(family));
  return tunnelMatches(options).map((match) => rule([match], never, 'tunnels', actions));
}

function tunnelMatches({ tunnels }: CompileOptions): readonly Match[] {
  const { protocols, udpPorts } = tunnels;
  return [
    ...(protocols.length === 0 ? [] : [{ kind: 'protocol', protocols } as const]),
    ...(udpPorts.length === 0
      ? []
      : [{ kind: 'destinationPort', protocol: UDP, ports: udpPorts } as const]),
  ];
}

function neverName(family: Family): string {
  return `never${digit(family)}`;
}
