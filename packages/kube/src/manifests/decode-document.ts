import {
  decode,
  type Issue,
  type KubernetesObject,
  listItems,
  type ObjectRef,
  type Path,
  refOf,
  unreachable,
} from '@ringfence/core';
import type { Document } from '../text/span.ts';
import { fullKind } from './foreign.ts';
import type { LocatedIssue } from './loaded.ts';
import { locatedAt, type Origin, type Reading, spanOfPath } from './reading.ts';
import { duplicateIssue, faultIssues } from './text-issues.ts';

/** What a document, or an item of a list, turned out to be. */
export type Item =
  | {
      readonly kind: 'object';
      readonly ref: ObjectRef;
      readonly object: KubernetesObject;
      readonly origin: Origin;
    }
  /** Known by its name, but not fit for use: its issues say why. */
  | { readonly kind: 'invalid'; readonly ref: ObjectRef; readonly origin: Origin }
  | {
      readonly kind: 'otherKind';
      readonly fullKind: string;
      readonly foreignPolicy: boolean;
      readonly origin: Origin;
    };

/** Decodes the objects of one document, and locates whatever is wrong in it. */
export function decodeDocument(
  reading: Reading,
  document: Document,
  namespace: string,
): { readonly items: readonly Item[]; readonly issues: readonly LocatedIssue[] } {
  const issues = [...faultIssues(reading, document)];
  const items: Item[] = [];
  if (document.value === undefined) return { items, issues };
  // Origins are kept as long as objects, and need nothing of the value.
  const written = { span: document.span, find: document.find };
  const list = listItems(document.value);
  const duplicates = Map.groupBy(document.duplicates(), ({ path }) => itemOf(list, path));
  for (const duplicate of duplicates.get(OUTSIDE) ?? []) {
    issues.push(duplicateIssue(duplicate, { reading, document: written, path: [] }, undefined));
  }
  for (const [index, { value, path }] of (
    list ?? [{ value: document.value, path: [] }]
  ).entries()) {
    if (value === undefined) continue;
    const origin = { reading, document: written, path };
    const read = decodeItem(value, origin, namespace);
    const repeated = duplicates.get(index) ?? [];
    for (const issue of read.issues) issues.push(issue);
    for (const each of repeated) issues.push(duplicateIssue(each, origin, read.object));
    items.push(repeated.length === 0 ? read.item : spoiled(read.item));
  }
  return { items, issues };
}

/** Stands for fields of a list that are not inside of an item. */
const OUTSIDE = -1;

/** In which of a document's items a path is; what is no list is its only item. */
function itemOf(list: readonly unknown[] | undefined, [first, index]: Path): number {
  if (list === undefined) return 0;
  return first === 'items' && typeof index === 'number' ? index : OUTSIDE;
}

interface DecodedItem {
  readonly item: Item;
  readonly object: ObjectRef | undefined;
  readonly issues: readonly LocatedIssue[];
}

function decodeItem(value: unknown, origin: Origin, namespace: string): DecodedItem {
  const decoded = decode(value, { namespace, reading: isStored(value) ? 'stored' : 'strict' });
  const located = (issues: readonly Issue[], object: ObjectRef | undefined): LocatedIssue[] =>
    issues.map((issue) =>
      locatedAt(origin.reading, spanOfPath(origin, issue.path, issue.at), { issue, object }),
    );
  switch (decoded.kind) {
    case 'object': {
      const { object, warnings } = decoded;
      const ref = refOf(object);
      const item: Item = { kind: 'object', ref, object, origin };
      return { item, object: ref, issues: located(warnings, ref) };
    }
    case 'invalid': {
      const { ref } = decoded;
      const object = ref.kind === '' ? undefined : ref;
      return {
        item: { kind: 'invalid', ref, origin },
        object,
        issues: located(decoded.issues, object),
      };
    }
    case 'otherKind': {
      const { apiVersion, objectKind, foreignPolicy } = decoded;
      const name = fullKind(apiVersion, objectKind);
      const item: Item = { kind: 'otherKind', fullKind: name, foreignPolicy, origin };
      return { item, object: undefined, issues: [] };
    }
    default:
      return unreachable(decoded);
  }
}

/** What a server has once taken, it has marked with its own fields. */
function isStored(value: unknown): boolean {
  const metadata = field(value, 'metadata');
  return (
    typeof field(metadata, 'uid') === 'string' &&
    typeof field(metadata, 'creationTimestamp') === 'string'
  );
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

/** An object of which it is not certain what was meant: it is not used. */
function spoiled(item: Item): Item {
  if (item.kind !== 'object') return item;
  return { kind: 'invalid', ref: item.ref, origin: item.origin };
}
