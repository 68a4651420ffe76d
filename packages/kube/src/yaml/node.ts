import type { Path } from '@ringfence/core';
import { type Duplicate, type Found, type Span } from '../text/span.ts';

/** A value of a YAML document with the places of everything in it. */
export type Node =
  | { readonly kind: 'scalar'; readonly span: Span | undefined }
  | { readonly kind: 'sequence'; readonly span: Span; readonly items: readonly Node[] }
  | {
      readonly kind: 'mapping';
      readonly span: Span;
      readonly entries: readonly Entry[];
      /** Of those of one key the last one, which counts in the value. */
      readonly byKey: ReadonlyMap<string, Entry>;
    };

export interface Entry {
  readonly key: string;
  readonly keySpan: Span | undefined;
  readonly value: Node;
  /** Taken over by a merge key (`<<`) from another mapping. */
  readonly merged: boolean;
}

/** Follows the path as far as the tree goes. */
export function findInTree(root: Node, path: Path): Found {
  let found: Found = { steps: 0, key: undefined, value: root.span };
  let node: Node = root;
  for (const [index, step] of path.entries()) {
    if (node.kind === 'sequence' && typeof step === 'number') {
      const item: Node | undefined = node.items[step];
      if (item === undefined) return found;
      found = { steps: index + 1, key: undefined, value: item.span };
      node = item;
    } else if (node.kind === 'mapping') {
      const entry: Entry | undefined = node.byKey.get(String(step));
      if (entry === undefined) return found;
      found = { steps: index + 1, key: entry.keySpan, value: entry.value.span };
      node = entry.value;
    } else {
      return found;
    }
  }
  return found;
}

/** Every field that a mapping of the tree holds twice, in the order of the text. */
export function duplicatesInTree(root: Node): readonly Duplicate[] {
  const duplicates: Duplicate[] = [];
  const visited = new Set<Node>();
  const visit = (node: Node, path: Path): void => {
    // An alias shows a node a second time; its duplicates are told once.
    if (visited.has(node)) return;
    visited.add(node);
    if (node.kind === 'sequence') {
      for (const [index, item] of node.items.entries()) visit(item, [...path, index]);
    }
    if (node.kind !== 'mapping') return;
    const seen = new Map<string, Span>();
    for (const entry of node.entries) {
      if (entry.merged || entry.keySpan === undefined) continue;
      const below = [...path, entry.key];
      const first = seen.get(entry.key);
      if (first === undefined) seen.set(entry.key, entry.keySpan);
      else duplicates.push({ path: below, first, again: entry.keySpan });
      visit(entry.value, below);
    }
  };
  visit(root, []);
  return duplicates;
}
