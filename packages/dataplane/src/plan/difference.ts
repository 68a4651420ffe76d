import { FIRST_IDENTITY } from '../ruleset/numbers.ts';
import { keyText } from '../ruleset/order.ts';
import type { Element, ElementSet, Ruleset } from '../ruleset/ruleset.ts';
import type { ElementsDelta, RulesetDelta } from '../ruleset/ruleset-delta.ts';

/** What has to be done to the elements of one ruleset, so that they are those of another one. */
export function difference(before: Ruleset, after: Ruleset): RulesetDelta {
  const [numbersBefore, numbersAfter] = [numbersIn(before), numbersIn(after)];
  return {
    elements: after.sets.flatMap((set): readonly ElementsDelta[] => {
      const was = byKey(before.elements.get(set.name) ?? []);
      const is = byKey(after.elements.get(set.name) ?? []);
      const gone = [...was].flatMap(([key, each]) => (stays(each, is.get(key)) ? [] : [each]));
      const come = [...is].flatMap(([key, each]) => (stays(each, was.get(key)) ? [] : [each]));
      return gone.length + come.length === 0 ? [] : [{ set, gone, come }];
    }),
    newNumbers: without(numbersAfter, numbersBefore),
    oldNumbers: without(numbersBefore, numbersAfter),
  };
}

function byKey(elements: readonly Element[]): ReadonlyMap<string, Element> {
  return new Map(elements.map((element) => [keyText(element.key), element]));
}

/** Another comment alone is no reason to touch an element. */
function stays(element: Element, other: Element | undefined): boolean {
  return other !== undefined && other.identity === element.identity;
}

/** The numbers that addresses have. */
function numbersIn({ sets, elements }: Ruleset): Set<number> {
  const numbers = new Set<number>();
  for (const set of sets) {
    if (!givesNumbers(set)) continue;
    for (const { identity } of elements.get(set.name) ?? []) {
      if (identity !== undefined && identity >= FIRST_IDENTITY) numbers.add(identity);
    }
  }
  return numbers;
}

/** Whether a map's values are numbers of peers: rows have verdicts, whose numbers are below. */
function givesNumbers({ kind, key }: ElementSet): boolean {
  return kind === 'identityMap' && !key.includes('identity');
}

function without(numbers: ReadonlySet<number>, others: ReadonlySet<number>): ReadonlySet<number> {
  return new Set([...numbers].filter((number) => !others.has(number)));
}
