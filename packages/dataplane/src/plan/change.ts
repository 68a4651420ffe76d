import { inOrder, keyText } from '../ruleset/order.ts';
import type { Chain, Element, Rule, Ruleset } from '../ruleset/ruleset.ts';

/** One step of a transaction. Elements that go are named as they are there. */
export type Change =
  | {
      readonly kind: 'deleteElements' | 'addElements';
      readonly set: string;
      /** INVARIANT: never empty. */
      readonly elements: readonly Element[];
    }
  | {
      readonly kind: 'replaceRule';
      readonly chain: string;
      /** Its place in the chain. */
      readonly place: number;
      readonly rule: Rule;
    };

/** Changes that the kernel makes all at once, or none of them. */
export type Transaction = readonly Change[];

/**
 * The ruleset after a transaction.
 *
 * @throws where the kernel would refuse it: an element that is there already or is not there.
 */
export function applied(ruleset: Ruleset, transaction: Transaction): Ruleset {
  return transaction.reduce(step, ruleset);
}

function step(ruleset: Ruleset, change: Change): Ruleset {
  if (change.kind === 'replaceRule') {
    return { ...ruleset, chains: ruleset.chains.map((chain) => withRule(chain, change)) };
  }
  const before = ruleset.elements.get(change.set);
  if (before === undefined) throw new Error(`no set ${change.set}`);
  const known = new Map(before.map((element) => [keyText(element.key), element]));
  for (const element of change.elements) {
    const text = keyText(element.key);
    const isThere = known.has(text);
    if (isThere === (change.kind === 'addElements')) {
      throw new Error(`${text} is ${isThere ? 'already' : 'not'} in ${change.set}`);
    }
    if (isThere) known.delete(text);
    else known.set(text, element);
  }
  const after = inOrder([...known.values()]);
  return { ...ruleset, elements: new Map([...ruleset.elements, [change.set, after]]) };
}

function withRule(chain: Chain, change: Extract<Change, { readonly kind: 'replaceRule' }>): Chain {
  if (chain.name !== change.chain) return chain;
  if (chain.rules[change.place] === undefined) throw new Error(`no rule ${change.place}`);
  return { ...chain, rules: chain.rules.with(change.place, change.rule) };
}
