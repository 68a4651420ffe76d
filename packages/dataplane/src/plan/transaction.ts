import { inOrder, keyText } from '../ruleset/order.ts';
import type { Element, Ruleset } from '../ruleset/ruleset.ts';
import type { ElementsDelta } from '../ruleset/ruleset-delta.ts';

/** Changes that the kernel makes all at once, or none of them. */
export interface Transaction {
  /** In each set what goes, then what comes. */
  readonly elements: readonly ElementsDelta[];
  /**
   * A flow that is allowed before may be denied afterwards: with the same transaction the generation
   * has to become another one, or such flows go on.
   */
  readonly revokes: boolean;
}

/**
 * The ruleset after a transaction.
 *
 * @throws where the kernel would refuse it: an element that is there already or is not there.
 */
export function applied(ruleset: Ruleset, { elements }: Transaction): Ruleset {
  const after = new Map(ruleset.elements);
  for (const { set, gone, come } of elements) {
    const known = new Map<string, Element>();
    for (const element of after.get(set.name) ?? []) known.set(keyText(element.key), element);
    for (const { key } of gone) {
      if (!known.delete(keyText(key))) throw new Error(`${keyText(key)} is not in ${set.name}`);
    }
    for (const element of come) {
      const text = keyText(element.key);
      if (known.has(text)) throw new Error(`${text} is in ${set.name} already`);
      known.set(text, element);
    }
    after.set(set.name, inOrder([...known.values()]));
  }
  return { ...ruleset, elements: after };
}
