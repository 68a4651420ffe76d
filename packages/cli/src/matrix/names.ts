import type { MatrixEnd } from './matrix-end.ts';

/** Names many ends in few words. */
export type NameMany = (
  ends: readonly MatrixEnd[],
  context?: {
    /** Ends that the sentence cannot be about, such as the destination itself. */
    readonly besides?: readonly MatrixEnd[];
    /** The namespace that the sentence is about. */
    readonly home?: string | undefined;
  },
) => readonly string[];

const OUTSIDE = '';

/**
 * Learns which ends there are, to tell when all of a namespace, all pods or everyone is meant:
 * `its namespace`, `shop/*`, `every pod`, `everyone`.
 */
export function namesAmong(all: readonly MatrixEnd[]): NameMany {
  const total = tally(all);
  return (ends, { besides = [], home } = {}) => {
    const named = tally(ends);
    const covered = tally([...ends, ...besides]);
    const isWhole = (place: string): boolean => covered.get(place) === total.get(place);
    const namespaces = [...total.keys()].filter((place) => place !== OUTSIDE);
    const outside = ends.filter((end) => placeOf(end) === OUTSIDE);
    const parts = isWhole(OUTSIDE) && outside.length > 0 ? ['outside'] : labels(outside);
    if (namespaces.length > 1 && namespaces.every(isWhole)) {
      return parts[0] === 'outside' ? ['everyone'] : ['every pod', ...parts];
    }
    const homely = home !== undefined && named.has(home) && isWhole(home);
    const rest = [...named.keys()].filter(
      (place) => place !== OUTSIDE && !(homely && place === home),
    );
    const others = rest.flatMap((place) => {
      const members = ends.filter((end) => placeOf(end) === place);
      return isWhole(place) && members.length > 1 ? [`${place}/*`] : labels(members);
    });
    return [...(homely ? ['its namespace'] : []), ...others, ...parts];
  };
}

/** How many ends each namespace has, and the outside. */
function tally(ends: readonly MatrixEnd[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const end of ends) counts.set(placeOf(end), (counts.get(placeOf(end)) ?? 0) + 1);
  return counts;
}

/** The namespace of an end. */
export function placeOf({ end }: MatrixEnd): string {
  return end.kind === 'pods' ? end.namespace : OUTSIDE;
}

function labels(ends: readonly MatrixEnd[]): readonly string[] {
  return ends.map(({ label }) => label);
}
