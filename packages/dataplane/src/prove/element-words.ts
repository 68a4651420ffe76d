import { elementText } from '../render/render.ts';
import type { Element, ElementSet } from '../ruleset/ruleset.ts';

/** Writes an element of a set, by the set's name, as nft does: without its comment. */
export type ElementWords = (set: string, element: Element) => string;

/** Prepares to write elements of these sets. */
export function elementWords(sets: readonly ElementSet[]): ElementWords {
  const byName = new Map(sets.map((set) => [set.name, set]));
  return (name, element) => {
    const set = byName.get(name);
    if (set === undefined) throw new Error(`no set ${name}`);
    const identity = set.kind === 'set' ? undefined : (element.identity ?? 0);
    return `{ ${elementText(asShown(set), { ...element, identity, comment: '' })} }`;
  };
}

/** What text can only write as a number, the kernel's sets have as the address that it is. */
function asShown(set: ElementSet): ElementSet {
  return { ...set, key: set.key.map((field) => (field === 'target6' ? 'source6' : field)) };
}
