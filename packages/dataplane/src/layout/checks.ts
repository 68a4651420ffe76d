import type { Family } from '@ringfence/core';
import type { CompileOptions } from '../compile/options.ts';
import { digit } from '../ruleset/names.ts';
import { ICMP, ICMPV6, UDP } from '../ruleset/numbers.ts';
import { chain, DROP, goto, rule } from '../ruleset/rule.ts';
import type { Chain } from '../ruleset/ruleset.ts';
import { to } from './matches.ts';

/** What no policy can allow. */
export function checkChains(family: Family, { tunnels }: CompileOptions): readonly Chain[] {
  const name = `never${digit(family)}`;
  const never = goto(name);
  const nodes = to('nodes', family);
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
      ...(tunnels.protocols.length === 0
        ? []
        : [rule([{ kind: 'protocol', protocols: tunnels.protocols }, nodes], never, 'tunnels')]),
      ...(tunnels.udpPorts.length === 0
        ? []
        : [
            rule(
              [{ kind: 'destinationPort', protocol: UDP, ports: tunnels.udpPorts }, nodes],
              never,
              'tunnels',
            ),
          ]),
    ]),
    chain(name, [rule([], DROP, '', [{ kind: 'count' }])]),
  ];
}
