import { FAMILIES, type Family } from '@ringfence/core';
import type { CompileOptions } from '../compile/options.ts';
import { digit } from '../ruleset/names.ts';
import { baseChain, chain, DROP, goto, jump, rule } from '../ruleset/rule.ts';
import type { Chain, Rule } from '../ruleset/ruleset.ts';
import { findEachOther, from, podInterfaces, to } from './matches.ts';

/** After the destination of a Service was translated (-100), before any source is (100). */
export const FILTER = 0;

/** What goes through the node: from pods, to pods, and what is none of ours. */
export function forwardChains(options: CompileOptions): readonly Chain[] {
  return [
    baseChain('forward', FILTER, [
      rule([], jump('decided_before')),
      ...FAMILIES.map((family) =>
        rule([{ kind: 'family', family }], goto(`forward${digit(family)}`)),
      ),
    ]),
    ...FAMILIES.map((family) => forwardChain(family, options)),
    ...FAMILIES.map((family) =>
      chain(`to_ready${digit(family)}`, [
        rule([from('ready', family)], goto(`pods${digit(family)}`)),
        ...(options.unprogrammed === 'drop'
          ? [rule([from('pod_ranges', family)], goto('not_ready'))]
          : []),
        rule([], goto(`pods${digit(family)}`)),
      ]),
    ),
    chain('not_ready', [
      rule([], DROP, 'a pod of this node that is not programmed', [{ kind: 'count' }]),
    ]),
  ];
}

/** Nobody reaches an address of this node's pods, or a pod's interface, before it is ready. */
function forwardChain(family: Family, options: CompileOptions): Chain {
  const pods = goto(`pods${digit(family)}`);
  const closed = options.unprogrammed === 'drop';
  const notReady = (rules: readonly Rule[]): readonly Rule[] => (closed ? rules : []);
  return chain(`forward${digit(family)}`, [
    // On a bridge, neighbours meet here.
    ...(family === 'IPv6' ? findEachOther() : []),
    rule([to('ready', family)], goto(`to_ready${digit(family)}`)),
    ...notReady([
      ...podInterfaces('outputInterface', options).map((match) => rule([match], goto('not_ready'))),
      rule([to('pod_ranges', family)], goto('not_ready')),
    ]),
    rule([from('ready', family)], pods),
    ...notReady([rule([from('pod_ranges', family)], goto('not_ready'))]),
  ]);
}
