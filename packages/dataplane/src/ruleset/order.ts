import type { Element, KeyPart, KeyRange, Ruleset } from './ruleset.ts';

/** Whether a part is a range. */
export function isRange(part: KeyPart): part is KeyRange {
  return typeof part === 'object';
}

/** Puts elements in the order of their keys. */
export function inOrder(elements: readonly Element[]): readonly Element[] {
  return [...elements].sort(compareElements);
}

/** Puts the elements of each set of a ruleset in that order. */
export function withOrder(ruleset: Ruleset): Ruleset {
  const elements = [...ruleset.elements].map(([name, of]) => [name, inOrder(of)] as const);
  return { ...ruleset, elements: new Map(elements) };
}

function compareElements({ key: left }: Element, { key: right }: Element): number {
  for (const [place, part] of left.entries()) {
    const other = right[place];
    if (other === undefined) return 1;
    const order = compareParts(part, other);
    if (order !== 0) return order;
  }
  return 0;
}

/** Orders two parts of one field; ranges by where they begin, then by where they end. */
export function compareParts(left: KeyPart, right: KeyPart): number {
  if (!isRange(left) && !isRange(right)) return left < right ? -1 : Number(left > right);
  const [first, second] = [rangeOf(left), rangeOf(right)];
  return compareParts(first.first, second.first) || compareParts(first.last, second.last);
}

function rangeOf(part: KeyPart): { readonly first: KeyPart; readonly last: KeyPart } {
  return isRange(part) ? part : { first: part, last: part };
}

/** Text that is the same for equal keys of one set only. */
export function keyText(key: readonly KeyPart[]): string {
  return key.map((part) => (isRange(part) ? `${part.first}-${part.last}` : `${part}`)).join('|');
}
