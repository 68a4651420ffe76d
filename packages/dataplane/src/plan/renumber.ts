import { FIRST_IDENTITY } from '../ruleset/numbers.ts';
import { inOrder, keyText } from '../ruleset/order.ts';
import type { Element, ElementSet, Ruleset } from '../ruleset/ruleset.ts';

/**
 * Gives identities the numbers that most of their addresses had before, so that little changes; the
 * others get numbers that nobody has and that are not `retired`.
 */
export function renumbered(before: Ruleset, after: Ruleset, retired: ReadonlySet<number>): Ruleset {
  const numbers = numbersFor(before, after, retired);
  const to = (number: number): number => numbers.get(number) ?? number;
  const elements = new Map(
    after.sets.map((set): [string, readonly Element[]] => {
      const those = after.elements.get(set.name) ?? [];
      const place = set.key.indexOf('identity');
      if (place === -1 && !givesIdentities(set)) return [set.name, those];
      return [
        set.name,
        inOrder(
          those.map((element) => ({
            ...element,
            key: element.key.map((part, index) =>
              index === place && typeof part === 'number' ? to(part) : part,
            ),
            identity: element.identity === undefined ? undefined : to(element.identity),
          })),
        ),
      ];
    }),
  );
  return { ...after, elements };
}

/** Whether a map's values are identities of peers: rows have verdicts, whose numbers are below. */
function givesIdentities({ kind, key }: ElementSet): boolean {
  return kind === 'identityMap' && !key.includes('identity');
}

/** The numbers that addresses have. */
export function numbersIn({ sets, elements }: Ruleset): ReadonlySet<number> {
  const numbers = new Set<number>();
  for (const set of sets) {
    if (!givesIdentities(set)) continue;
    for (const { identity } of elements.get(set.name) ?? []) {
      if (identity !== undefined && identity >= FIRST_IDENTITY) numbers.add(identity);
    }
  }
  return numbers;
}

/** For each number of `after` the one that it shall be. */
function numbersFor(
  before: Ruleset,
  after: Ruleset,
  retired: ReadonlySet<number>,
): ReadonlyMap<number, number> {
  const taken = new Set<number>();
  const numbers = new Map<number, number>();
  for (const { number, was } of votesOf(before, after)) {
    if (numbers.has(number) || taken.has(was)) continue;
    numbers.set(number, was);
    taken.add(was);
  }
  const used = numbersIn(before);
  let next = FIRST_IDENTITY;
  for (const number of [...numbersIn(after)].sort((left, right) => left - right)) {
    if (numbers.has(number)) continue;
    while (used.has(next) || retired.has(next)) next += 1;
    numbers.set(number, next);
    next += 1;
  }
  return numbers;
}

interface Vote {
  readonly number: number;
  readonly was: number;
  count: number;
}

/** How many addresses that have a number now had which number before; the most first. */
function votesOf(before: Ruleset, after: Ruleset): readonly Vote[] {
  const votes = new Map<string, Vote>();
  for (const set of after.sets) {
    if (!givesIdentities(set)) continue;
    const known = new Map(
      before.elements.get(set.name)?.map(({ key, identity }) => [keyText(key), identity]),
    );
    for (const { key, identity: number } of after.elements.get(set.name) ?? []) {
      const was = known.get(keyText(key));
      if (was === undefined || number === undefined) continue;
      if (was < FIRST_IDENTITY || number < FIRST_IDENTITY) continue;
      const vote = votes.get(`${number} ${was}`);
      if (vote === undefined) votes.set(`${number} ${was}`, { number, was, count: 1 });
      else vote.count += 1;
    }
  }
  return [...votes.values()].sort(
    (left, right) => right.count - left.count || left.number - right.number || left.was - right.was,
  );
}
