import type { Change } from '@ringfence/netlink';
import { encodeRule } from './encode-rule.ts';
import type { Layout } from './generation-changes.ts';
import { worldOf } from './install-changes.ts';
import { ruleChanges, setNumbers } from './step.ts';

/**
 * Lists what makes chains that are there hold a layout's rules, whatever rules they hold now; those
 * that the layout does not have are deleted.
 */
export function rewriteChains(layout: Layout, names: Iterable<string>): readonly Change[] {
  const { family, table } = layout;
  const ours = new Map(layout.chains.map((chain) => [chain.name, chain]));
  const world = worldOf(layout);
  const numbers = setNumbers();
  const references = [...names].map((name) => ({ family, table, name }));
  return [
    // Rules of one may lead to another one: first all are empty.
    ...references.map((chain): Change => ({ kind: 'flushChain', chain })),
    ...references
      .filter(({ name }) => !ours.has(name))
      .map((chain): Change => ({ kind: 'deleteChain', chain })),
    ...references.flatMap(({ name: chain }) =>
      (ours.get(chain)?.rules ?? []).flatMap((rule) =>
        ruleChanges(
          { family, table, chain, rule: encodeRule(world, rule) },
          { kind: 'add', at: { kind: 'last' } },
          numbers,
        ),
      ),
    ),
  ];
}
