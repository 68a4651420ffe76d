import { unreachable } from '@ringfence/core';
import type { Element, ElementSet, KernelRuleset, KeyPart } from '@ringfence/dataplane';
import type { Random } from '../kernel/flows/random.ts';

/** A ruleset after one edit of its elements, and what was done. */
export interface Edited {
  readonly ruleset: KernelRuleset;
  readonly what: string;
}

/** Removes, adds or changes one element at random, or empties a set; none where nothing can be done. */
export function editElements(ruleset: KernelRuleset, random: Random): Edited | undefined {
  const sets = ruleset.sets.filter(({ dynamic }) => dynamic === undefined);
  const filled = sets.filter(({ name }) => (ruleset.elements.get(name) ?? []).length > 0);
  if (filled.length === 0) return undefined;
  const set = random.percent(90) ? random.pick(filled) : random.pick(sets);
  const before = ruleset.elements.get(set.name) ?? [];
  const kind = random.pick(['removed', 'added', 'value', 'key', 'key', 'emptied'] as const);
  const after = editOf(kind)(before, { set, random });
  if (after === undefined || hasOverlaps(set, after)) return undefined;
  const elements = new Map(ruleset.elements).set(set.name, after);
  return { ruleset: { ...ruleset, elements }, what: `${set.name}: ${kind}` };
}

interface Editing {
  readonly set: ElementSet;
  readonly random: Random;
}

type Edit = (elements: readonly Element[], of: Editing) => readonly Element[] | undefined;

function editOf(kind: 'removed' | 'added' | 'value' | 'key' | 'emptied'): Edit {
  switch (kind) {
    case 'removed':
      return (elements, { random }) => {
        const gone = elements.length === 0 ? undefined : random.pick(elements);
        return gone && elements.filter((each) => each !== gone);
      };
    case 'added':
      return (elements, of) => {
        const made = elements.length === 0 ? undefined : otherKey(of.random.pick(elements), of);
        return made && [...elements, made];
      };
    case 'value':
      return (elements, { set, random }) => {
        if (set.kind === 'set' || elements.length === 0) return undefined;
        const old = random.pick(elements);
        const identity = random.pick([0, 1, 2, 3, 4, 5, 16, 17, 18, 99]);
        return elements.map((each) => (each === old ? { ...each, identity } : each));
      };
    case 'key':
      return (elements, of) => {
        if (elements.length === 0) return undefined;
        const old = of.random.pick(elements);
        return elements.map((each) => (each === old ? otherKey(each, of) : each));
      };
    case 'emptied':
      return (elements) => (elements.length === 0 ? undefined : []);
    default:
      return unreachable(kind);
  }
}

/** Changes one part of a key a little. */
function otherKey({ key, ...rest }: Element, { random }: Editing): Element {
  const place = random.below(key.length);
  return { ...rest, key: key.map((part, index) => (index === place ? other(part, random) : part)) };
}

function other(part: KeyPart, random: Random): KeyPart {
  const by = random.pick([-2, -1, 1, 2]);
  if (typeof part === 'string') return `${part}x`;
  if (typeof part === 'number') return Math.max(0, part + by);
  if (typeof part === 'bigint') return part + BigInt(by) < 0n ? 0n : part + BigInt(by);
  if (typeof part.first === 'bigint') {
    const last = BigInt(part.last) + BigInt(by);
    return last < part.first ? part : { first: part.first, last };
  }
  const last = Number(part.last) + by;
  return last < part.first ? part : { first: part.first, last };
}

/** What no kernel takes. */
function hasOverlaps({ interval, key }: ElementSet, elements: readonly Element[]): boolean {
  const text = (parts: readonly KeyPart[]): string =>
    parts.map((part) => (typeof part === 'object' ? `${part.first}-${part.last}` : part)).join(' ');
  if (!interval) {
    const isMax = (part: KeyPart): boolean => part === 2 ** 32 || part === 2n ** 128n;
    if (elements.some((element) => element.key.some(isMax))) return true;
    return new Set(elements.map((element) => text(element.key))).size < elements.length;
  }
  const ends = elements.map((element) => {
    const [part = 0, ...others] = element.key;
    const [first, last] = typeof part === 'object' ? [part.first, part.last] : [part, part];
    return { first, last, others: text(others) };
  });
  if (key[0] === 'destinationPort' && ends.some(({ last }) => Number(last) > 65_535)) return true;
  if (ends.some(({ last }) => last === 2 ** 32 || last === 2n ** 128n)) return true;
  return ends.some((one, index) =>
    ends.some(
      (two, place) =>
        place > index &&
        one.others === two.others &&
        one.first <= two.last &&
        two.first <= one.last,
    ),
  );
}
