import { type LabelSelector, type Labels, selects } from './label-selector.ts';

/**
 * A collection of things that have a selector, searched by labels: which of them select an object?
 *
 * Each is filed under one requirement that an object must meet to be selected, so that a search
 * looks only at those which share a label with the object.
 */
export interface SelectorIndex<T> {
  add(selector: LabelSelector, item: T): void;
  remove(selector: LabelSelector, item: T): void;
  /** Everything whose selector selects these labels, in no particular order. */
  selecting(labels: Labels): readonly T[];
  readonly size: number;
}

interface Entry<T> {
  readonly selector: LabelSelector;
  readonly item: T;
}

type Drawer<T> = Map<T, Entry<T>>;

/** Makes an empty index. An item is filed once; it may carry one selector only. */
export function createSelectorIndex<T>(): SelectorIndex<T> {
  // INVARIANT: an item whose anchor is `in` lies in one drawer for each value of that requirement.
  const byLabel = new Map<string, Map<string, Drawer<T>>>();
  const byKey = new Map<string, Drawer<T>>();
  const unanchored: Drawer<T> = new Map();
  let size = 0;

  const drawers = (selector: LabelSelector): readonly Drawer<T>[] => {
    const anchor = anchorOf(selector);
    if (anchor === undefined) return [unanchored];
    if (anchor.kind === 'exists') return [drawerOf(byKey, anchor.key)];
    const values = mapOf(byLabel, anchor.key);
    return [...anchor.values].map((value) => drawerOf(values, value));
  };

  return {
    add(selector, item) {
      for (const drawer of drawers(selector)) drawer.set(item, { selector, item });
      size += 1;
    },
    remove(selector, item) {
      for (const drawer of drawers(selector)) drawer.delete(item);
      discardEmpty(selector, byLabel, byKey);
      size -= 1;
    },
    selecting(labels) {
      const found: T[] = [];
      const search = (drawer: Drawer<T> | undefined): void => {
        if (drawer === undefined) return;
        for (const { selector, item } of drawer.values()) {
          if (selects(selector, labels)) found.push(item);
        }
      };
      search(unanchored);
      for (const [key, value] of labels) {
        search(byKey.get(key));
        search(byLabel.get(key)?.get(value));
      }
      return found;
    },
    get size() {
      return size;
    },
  };
}

type Anchor = Extract<LabelSelector[number], { kind: 'in' | 'exists' }>;

/** The requirement to file a selector under: the one with the fewest values, else a mere key. */
function anchorOf(selector: LabelSelector): Anchor | undefined {
  let best: Anchor | undefined;
  for (const requirement of selector) {
    if (requirement.kind === 'exists') best ??= requirement;
    if (requirement.kind !== 'in') continue;
    if (best?.kind !== 'in' || requirement.values.size < best.values.size) best = requirement;
  }
  return best;
}

function discardEmpty<T>(
  selector: LabelSelector,
  byLabel: Map<string, Map<string, Drawer<T>>>,
  byKey: Map<string, Drawer<T>>,
): void {
  const anchor = anchorOf(selector);
  if (anchor === undefined) return;
  if (anchor.kind === 'exists') {
    if (byKey.get(anchor.key)?.size === 0) byKey.delete(anchor.key);
    return;
  }
  const values = byLabel.get(anchor.key);
  for (const value of anchor.values) if (values?.get(value)?.size === 0) values.delete(value);
  if (values?.size === 0) byLabel.delete(anchor.key);
}

function mapOf<T>(outer: Map<string, Map<string, T>>, key: string): Map<string, T> {
  let inner = outer.get(key);
  if (inner === undefined) outer.set(key, (inner = new Map()));
  return inner;
}

function drawerOf<T>(outer: Map<string, Drawer<T>>, key: string): Drawer<T> {
  let drawer = outer.get(key);
  if (drawer === undefined) outer.set(key, (drawer = new Map()));
  return drawer;
}
