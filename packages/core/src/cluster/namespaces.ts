import type { Namespace } from '../objects/object.ts';
import type { Labels } from '../selectors/label-selector.ts';
import { createSelectorIndex } from '../selectors/selector-index.ts';
import type { NamespaceEntry } from './model.ts';
import { NAME_LABEL } from './pod-set.ts';

/** The namespaces: those that have an object, and those that only pods or policies speak of. */
export interface Namespaces {
  /** The entry of a namespace, made where nothing spoke of it before. */
  named(name: string): NamespaceEntry;
  find(name: string): NamespaceEntry | undefined;
  object(name: string): Namespace | undefined;
  setObject(namespace: Namespace): void;
  removeObject(name: string): void;
  /** Forgets an entry that nothing speaks of any more. */
  prune(name: string): void;
  all(): Iterable<NamespaceEntry>;
}

/** Makes an empty collection; `onNew` and `onGone` are told of entries. */
export function createNamespaces(watch: {
  readonly onNew: (namespace: NamespaceEntry) => void;
  readonly onGone: (namespace: NamespaceEntry) => void;
}): Namespaces {
  const entries = new Map<string, NamespaceEntry>();
  const objects = new Map<string, Namespace>();
  return {
    named(name) {
      const known = entries.get(name);
      if (known !== undefined) return known;
      const entry: NamespaceEntry = {
        name,
        labels: labelsOf(name, undefined),
        pods: new Map(),
        podSets: createSelectorIndex(),
        groups: new Set(),
      };
      entries.set(name, entry);
      watch.onNew(entry);
      return entry;
    },
    find: (name) => entries.get(name),
    object: (name) => objects.get(name),
    setObject(namespace) {
      objects.set(namespace.name, namespace);
    },
    removeObject(name) {
      objects.delete(name);
    },
    prune(name) {
      const entry = entries.get(name);
      if (entry === undefined || objects.has(name)) return;
      if (entry.pods.size > 0 || entry.podSets.size > 0) return;
      entries.delete(name);
      watch.onGone(entry);
    },
    all: () => entries.values(),
  };
}

/** A namespace's labels; one without object has at least the label that every namespace carries. */
export function labelsOf(name: string, object: Namespace | undefined): Labels {
  return object?.labels ?? new Map([[NAME_LABEL, name]]);
}
