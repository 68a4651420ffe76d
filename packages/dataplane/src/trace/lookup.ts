import { firstPast } from '../ruleset/first-past.ts';
import { compareParts, isRange, keyText } from '../ruleset/order.ts';
import type { Element, ElementSet, KeyPart, Ruleset } from '../ruleset/ruleset.ts';

/** One field of a packet's key. */
export type KeyValue = string | number | bigint;

/** Finds a key: what a map has for it, `member` in sets, `undefined` where there is none. */
export type Lookup = (key: readonly KeyValue[]) => number | 'member' | undefined;

/** Prepares the sets of a ruleset, by name. */
export function lookupsOf({ sets, elements }: Ruleset): ReadonlyMap<string, Lookup> {
  return new Map(
    sets.map((set) => {
      const filling = elements.get(set.name);
      if (filling === undefined) throw new Error(`set ${set.name} has no elements, not even none`);
      return [set.name, lookupOf(set, filling)];
    }),
  );
}

function lookupOf(set: ElementSet, elements: readonly Element[]): Lookup {
  for (const { key } of elements) {
    if (key.length !== set.key.length) throw new Error(`a key of ${set.name} has other fields`);
    if (!set.interval && key.some(isRange)) throw new Error(`${set.name} holds no ranges`);
  }
  if (!set.interval) return exact(elements);
  return set.key.length === 1 ? ordered(set, elements) : concatenated(elements);
}

function exact(elements: readonly Element[]): Lookup {
  const known = new Map<string, number | 'member'>();
  for (const { key, identity } of elements) {
    const text = keyText(key);
    if (known.has(text)) throw new Error(`${text} is there twice`);
    known.set(text, identity ?? 'member');
  }
  return (key) => known.get(keyText(key));
}

/** Ranges of one field lie apart: the last one that begins before a value is the only candidate. */
function ordered(set: ElementSet, elements: readonly Element[]): Lookup {
  const ranges = elements.map(({ key: [part], identity }) => {
    if (part === undefined) throw new Error('a key has a part');
    return { ...endsOf(part), identity };
  });
  ranges.forEach((range, place) => {
    const before = ranges[place - 1];
    if (before !== undefined && compareParts(before.last, range.first) >= 0) {
      throw new Error(`ranges of ${set.name} overlap`);
    }
  });
  return ([value]) => {
    if (value === undefined) return undefined;
    const behind = firstPast(ranges, ({ first }) => compareParts(first, value) <= 0);
    const range = ranges[behind - 1];
    if (range === undefined || compareParts(value, range.last) > 0) return undefined;
    return range.identity ?? 'member';
  };
}

/** Filed by all fields but the first, which is the one that has ranges. */
function concatenated(elements: readonly Element[]): Lookup {
  const filed = new Map<string, Element[]>();
  for (const element of elements) {
    const [, ...rest] = element.key;
    if (rest.some(isRange)) throw new Error('only the first field has ranges');
    const text = keyText(rest);
    const group = filed.get(text);
    if (group === undefined) filed.set(text, [element]);
    else group.push(element);
  }
  return ([value, ...rest]) => {
    if (value === undefined) return undefined;
    const found = filed.get(keyText(rest))?.find(({ key: [part] }) => {
      if (part === undefined) return false;
      const { first, last } = endsOf(part);
      return compareParts(first, value) <= 0 && compareParts(value, last) <= 0;
    });
    return found && (found.identity ?? 'member');
  };
}

function endsOf(part: KeyPart): { readonly first: KeyPart; readonly last: KeyPart } {
  return isRange(part) ? part : { first: part, last: part };
}
