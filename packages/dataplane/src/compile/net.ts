import { keyText } from '../ruleset/order.ts';
import type { Element, ElementSet } from '../ruleset/ruleset.ts';
import type { ElementsDelta } from '../ruleset/ruleset-delta.ts';

/** Where those who hold elements say what goes and what comes. */
export interface ElementWriter {
  /** From now on an element is in a set. */
  write(set: string, element: Element): void;
  /** An element that was there before is not any more. */
  erase(set: string, element: Element): void;
}

/** Nets what goes against what comes: an element that does both, unchanged, is not touched. */
export interface Net extends ElementWriter {
  /** What is left of it, in the order of the sets, elements in none; the net is empty afterwards. */
  take(): readonly ElementsDelta[];
}

interface Entry {
  gone: Element | undefined;
  come: Element | undefined;
}

/** Makes an empty net over these sets. */
export function createNet(sets: readonly ElementSet[]): Net {
  const entries = new Map<string, Map<string, Entry>>(sets.map(({ name }) => [name, new Map()]));
  const entryOf = (set: string, element: Element): Entry => {
    const ofSet = entries.get(set);
    if (ofSet === undefined) throw new Error(`no set ${set}`);
    const key = keyText(element.key);
    const known = ofSet.get(key);
    if (known !== undefined) return known;
    const made: Entry = { gone: undefined, come: undefined };
    ofSet.set(key, made);
    return made;
  };
  return {
    write(set, element) {
      const entry = entryOf(set, element);
      if (entry.come !== undefined)
        throw new Error(`${keyText(element.key)} comes to ${set} twice`);
      entry.come = element;
    },
    erase(set, element) {
      const entry = entryOf(set, element);
      if (entry.gone !== undefined) throw new Error(`${keyText(element.key)} leaves ${set} twice`);
      entry.gone = element;
    },
    take() {
      return sets.flatMap((set): readonly ElementsDelta[] => {
        const ofSet = entries.get(set.name);
        if (ofSet === undefined || ofSet.size === 0) return [];
        const changed = [...ofSet.values()].filter(isChange);
        entries.set(set.name, new Map());
        if (changed.length === 0) return [];
        const gone = changed.flatMap((entry) => entry.gone ?? []);
        const come = changed.flatMap((entry) => entry.come ?? []);
        return [{ set, gone, come }];
      });
    },
  };
}

/** Another comment alone is no reason to touch an element. */
function isChange({ gone, come }: Entry): boolean {
  return gone === undefined || come === undefined || gone.identity !== come.identity;
}
