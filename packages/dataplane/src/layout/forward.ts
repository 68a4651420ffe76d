import { FAMILIES, type Family } from '@ringfence/core';
import type { CompileOptions } from '../compile/options.ts';
import { destinationField, digit, familySet } from '../ruleset/names.ts';
import { ACCEPT, baseChain, chain, DROP, goto, jump, rule } from '../ruleset/rule.ts';
import type { Chain, Field, Match, Rule } from '../ruleset/ruleset.ts';
import { tunnelsToNodes } from './checks.ts';
import { stampRules } from './flow.ts';
import { findEachOther, from, podInterfaces, to } from './matches.ts';

/** After the destination of a Service was translated (-100), before any source is (100). */
export const FILTER = 0;

/** What goes through the node: from pods, to pods, and what is none of ours. */
export function forwardChains(options: CompileOptions): readonly Chain[] {
  return [
    baseChain('forward', FILTER, [
      rule([], jump('decided_before')),
      ...FAMILIES.map((family) =>
        rule([{ kind: 'family', family }], jump(`forward${digit(family)}`)),
      ),
      ...stampRules(options),
    ]),
    ...FAMILIES.map((family) => forwardChain(family, options)),
    ...FAMILIES.map((family) => toReadyChain(family, options)),
    ...FAMILIES.map((family) =>
      chain(`from_ready${digit(family)}`, [
        ...tunnelsToNodes(family, options),
        rule([], goto(`pods${digit(family)}`)),
      ]),
    ),
    chain('not_ready', [
      rule([], DROP, 'a pod of this node that is not programmed', [{ kind: 'count' }]),
    ]),
  ];
}

/**
 * Comes back with what is allowed. Nobody reaches an address of this node's pods, or a pod's interface,
 * before it is ready.
 */
function forwardChain(family: Family, options: CompileOptions): Chain {
  const closed = options.unprogrammed === 'drop';
  const notReady = (match: Match): readonly Rule[] =>
    closed ? [rule([match], goto('not_ready'))] : [];
  return chain(`forward${digit(family)}`, [
    // On a bridge, neighbours meet here.
    ...(family === 'IPv6' ? findEachOther() : []),
    rule([toBound(family)], goto(`to_ready${digit(family)}`)),
    // Somebody else has a pod's address by now: its policies are not a stranger's.
    rule([to('ready', family)], goto('not_ready')),
    ...podInterfaces('outputInterface', options).flatMap(notReady),
    ...notReady(to('pod_ranges', family)),
    rule([from('ready', family)], goto(`from_ready${digit(family)}`)),
    ...notReady(from('pod_ranges', family)),
    rule([], ACCEPT, 'none of ours'),
  ]);
}

/** The packet goes to a ready pod where that pod is. */
function toBound(family: Family): Match {
  const key: readonly Field[] = ['outputInterface', destinationField(family)];
  return { kind: 'inSet', key, set: familySet('bound', family) };
}

function toReadyChain(family: Family, options: CompileOptions): Chain {
  const pods = goto(`pods${digit(family)}`);
  return chain(`to_ready${digit(family)}`, [
    rule([from('ready', family)], pods),
    ...(options.unprogrammed === 'drop'
      ? [rule([from('pod_ranges', family)], goto('not_ready'))]
      : []),
    rule([], pods),
  ]);
}
