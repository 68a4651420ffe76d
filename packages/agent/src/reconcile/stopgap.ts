import type { Chain, Rule, Ruleset } from '@ringfence/dataplane';

/**
 * What stands in for a ruleset while it is brought up: flows that were decided go on, and nothing new
 * of pods that policies restrict. It does not know who peers are, nor what is allowed for whom.
 *
 * @param most of so many elements at most it is brought up as quickly itself: `undefined`.
 */
export function stopgapFor(ruleset: Ruleset, most: number): Ruleset | undefined {
  const size = [...ruleset.elements.values()].reduce((sum, { length }) => sum + length, 0);
  if (size <= most) return undefined;
  const knowsPeers = new Set(
    ruleset.sets.flatMap(({ name, kind }) => (kind === 'identityMap' ? [name] : [])),
  );
  const elements = [...ruleset.elements].filter(([name]) => !knowsPeers.has(name));
  return { ...ruleset, chains: withoutPeers(ruleset.chains), elements: new Map(elements) };
}

/** Half of all rules ask who a peer is, or only come after such: none of them would ever hold. */
function withoutPeers(chains: readonly Chain[]): readonly Chain[] {
  const asking = ({ actions }: Rule): boolean => actions.some(({ kind }) => kind === 'mapIdentity');
  let left = chains.map((chain) => ({
    ...chain,
    rules: chain.rules.filter((rule) => !asking(rule)),
  }));
  for (;;) {
    const reached = new Set(
      left.flatMap(({ rules }) =>
        rules.flatMap(({ verdict }) => ('chain' in verdict ? [verdict.chain] : [])),
      ),
    );
    const kept = left.filter(({ name, base }) => base !== undefined || reached.has(name));
    if (kept.length === left.length) return kept;
    left = kept;
  }
}
