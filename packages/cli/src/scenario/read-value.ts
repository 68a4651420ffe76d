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
import type { LocatedDocument, LocatedIssue } from '@ringfence/kube';

/** One object of a document, or why there is none. */
export interface ReadValue {
  readonly object: KubernetesObject | undefined;
  readonly issues: readonly LocatedIssue[];
  /** The object's place in its document. */
  readonly at: Path;
}

/** How objects are taken that are read without `readManifests`. */
export interface ValueOptions {
  readonly namespace: string;
  readonly read: 'strict' | 'stored';
}

/**
 * Decodes the object at a path of a document, or the items of a list there.
 *
 * A stored policy that cannot be decoded is an object all the same: it isolates. What is wrong with
 * it is then a warning.
 */
export function readValue(
  document: LocatedDocument,
  { value, at }: { readonly value: unknown; readonly at: Path },
  options: ValueOptions,
): readonly ReadValue[] {
  const items = listItems(value) ?? [{ value, path: [] }];
  return items.map((item) => readItem(document, [...at, ...item.path], { ...options, ...item }));
}

function readItem(
  document: LocatedDocument,
  at: Path,
  { value, namespace, read }: ValueOptions & { readonly value: unknown },
): ReadValue {
  const decoded = decode(value, { namespace, reading: read });
  const located = (issues: readonly Issue[], object: ObjectRef | undefined): LocatedIssue[] =>
    issues.map((issue) => document.locate(issue, { base: at, object }));
  switch (decoded.kind) {
    case 'object': {
      const { object, warnings } = decoded;
      return { object, issues: located(warnings, refOf(object)), at };
    }
    case 'invalid': {
      const { ref, issues, undecodable } = decoded;
      if (read === 'strict' || undecodable === undefined) {
        return { object: undefined, issues: located(issues, ref), at };
      }
      const asWarnings = issues.map((issue) => ({ ...issue, severity: 'warning' }) as const);
      return { object: undecodable, issues: located(asWarnings, ref), at };
    }
    case 'otherKind':
      return { object: undefined, issues: [], at };
    default:
      return unreachable(decoded);
  }
}
