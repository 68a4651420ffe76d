import type { Ruleset } from '@ringfence/dataplane';

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
  return { ...ruleset, elements: new Map(elements) };
}
