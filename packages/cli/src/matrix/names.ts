import type { MatrixEnd } from './matrix-end.ts';

/** Names many ends in few words. */
export type NameMany = (ends: readonly MatrixEnd[], context?: Context) => readonly string[];

/** What the names are to be read with. */
interface Context {
  /** Ends that the sentence cannot be about, such as the destination itself. */
  readonly besides: readonly MatrixEnd[];
  /** The namespace that the sentence is about; its ends are `its deploy/web`. */
  readonly home: string | undefined;
}

const NO_CONTEXT: Context = { besides: [], home: undefined };

const OUTSIDE = '';

/**
 * Learns which ends there are, to tell when all of a namespace, all pods or everyone is meant:
 * `its namespace`, `shop/*`, `every pod`, `everyone`. What is at home comes first, the outside last.
 */
export function namesAmong(all: readonly MatrixEnd[]): NameMany {
  const total = tally(all);
  const namespaces = [...total.keys()].filter((place) => place !== OUTSIDE);
  return (ends, { besides, home } = NO_CONTEXT) => {
    const named = byPlace(ends);
    const others = tally(besides);
    const isWhole = (place: string): boolean =>
      (named.get(place)?.length ?? 0) + (others.get(place) ?? 0) === total.get(place);
    const outside = named.get(OUTSIDE) ?? [];
    const parts = isWhole(OUTSIDE) && outside.length > 0 ? ['outside'] : labels(outside);
    if (namespaces.length > 1 && namespaces.every(isWhole)) {
      return parts[0] === 'outside' ? ['everyone'] : ['every pod', ...parts];
    }
    const away = [...named].flatMap(([place, members]) => {
      if (place === OUTSIDE || place === home) return [];
      return isWhole(place) && members.length > 1 ? [`${place}/*`] : labels(members);
    });
    return [...atHome(named, home, isWhole), ...away, ...parts];
  };
}

function atHome(
  named: ReadonlyMap<string, readonly MatrixEnd[]>,
  home: string | undefined,
  isWhole: (place: string) => boolean,
): readonly string[] {
  const members = home === undefined ? [] : (named.get(home) ?? []);
  if (home === undefined || members.length === 0) return [];
  if (isWhole(home)) return ['its namespace'];
  return labels(members).map((label) => `its ${label.slice(home.length + 1)}`);
}

function byPlace(ends: readonly MatrixEnd[]): ReadonlyMap<string, readonly MatrixEnd[]> {
  const places = new Map<string, MatrixEnd[]>();
  for (const end of ends) {
    const place = placeOf(end);
    const members = places.get(place);
    if (members === undefined) places.set(place, [end]);
    else members.push(end);
  }
  return places;
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
