import { addTo, removeFrom } from '../multimap.ts';
import type { Labels, LabelSelector } from '../selectors/label-selector.ts';
import type { PodEntry } from './model.ts';

/** The pods under policy, found by label: a new selector looks only at pods that it may select. */
export interface LabelledPods {
  add(pod: PodEntry, labels: Labels): void;
  remove(pod: PodEntry, labels: Labels): void;
  /**
   * All pods that meet one requirement of a selector, the one that fewest meet; `undefined` where
   * no requirement asks for a label.
   */
  candidates(selector: LabelSelector): Candidates | undefined;
}

/** Lists of pods; no pod is in two of them. */
interface Candidates {
  readonly lists: readonly ReadonlySet<PodEntry>[];
  /** How many are listed in all. */
  readonly size: number;
}

/** Makes an empty collection. */
export function createLabelledPods(): LabelledPods {
  const byKey = new Map<string, Map<string, Set<PodEntry>>>();
  return {
    add(pod, labels) {
      for (const [key, value] of labels) {
        const byValue = byKey.get(key) ?? new Map<string, Set<PodEntry>>();
        byKey.set(key, byValue);
        addTo(byValue, value, pod);
      }
    },
    remove(pod, labels) {
      for (const [key, value] of labels) {
        const byValue = byKey.get(key);
        if (byValue === undefined) continue;
        removeFrom(byValue, value, pod);
        if (byValue.size === 0) byKey.delete(key);
      }
    },
    candidates(selector) {
      let fewest: Candidates | undefined;
      for (const requirement of selector) {
        if (requirement.kind !== 'in' && requirement.kind !== 'exists') continue;
        const byValue = byKey.get(requirement.key);
        const values = requirement.kind === 'in' ? requirement.values : (byValue?.keys() ?? []);
        const lists = [...values].flatMap((value) => byValue?.get(value) ?? []);
        const size = lists.reduce((sum, list) => sum + list.size, 0);
        if (fewest === undefined || size < fewest.size) fewest = { lists, size };
      }
      return fewest;
    },
  };
}
