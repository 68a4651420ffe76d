import { decodeKind } from './decode-kind.ts';
import type { Issue, Path } from './issue.ts';
import type { KubernetesObject } from './objects/kubernetes-object.ts';
import type { ObjectRef } from './objects/object.ts';
import { isPolicyKind } from './policy/decode-policy.ts';
import type { UndecodablePolicy } from './policy/policy.ts';
import { undecodable } from './policy/undecodable.ts';
import { inDocumentOrder } from './schema/document-order.ts';
import { isError, notSet, typeMismatch } from './schema/field-error.ts';
import { fieldOf, isObject, type JsonObject } from './schema/json-object.ts';
import { isKindName, kindOf, type KindName, kindsOf } from './schema/kinds.ts';
import { misplacedSpec } from './schema/misplaced-spec.ts';
import type { Reading } from './schema/read.ts';
import { servedAs } from './schema/served.ts';
import { sameButForCase } from './schema/spelling.ts';
import { unreachable } from './unreachable.ts';

/** How to read objects. */
export interface DecodeOptions {
  /** Takes the place of metadata.namespace where a namespaced object has none. */
  readonly namespace: string;
  /**
   * `strict`: as `kubectl apply` and a 1.36 API server take new objects. `stored`: as a server keeps
   * old ones (host bits, leading zeros, old label values).
   */
  readonly reading: Reading;
}

/** What became of a document. */
export type Decoded =
  | {
      readonly kind: 'object';
      readonly object: KubernetesObject;
      readonly warnings: readonly Issue[];
    }
  | {
      readonly kind: 'invalid';
      readonly ref: ObjectRef;
      /** Errors and warnings, in document order. */
      readonly issues: readonly Issue[];
      /** For a policy: what a live system must keep in its place. It isolates what it selects. */
      readonly undecodable: UndecodablePolicy | undefined;
    }
  | {
      readonly kind: 'otherKind';
      readonly apiVersion: string;
      readonly objectKind: string;
      /** A policy kind of another product, which decides about connections too. */
      readonly foreignPolicy: boolean;
    };

/**
 * Decodes one document: plain data, as a YAML or JSON reader made it, becomes an object of the
 * domain, or everything that is wrong with it. Total: never throws, whatever the value.
 */
export function decode(value: unknown, options: DecodeOptions): Decoded {
  if (!isObject(value)) {
    const issue = typeMismatch({ path: [], hint: 'a manifest is a mapping' }, value, 'object');
    return { kind: 'invalid', ref: NOTHING, issues: [issue], undecodable: undefined };
  }
  const misplaced = misplacedSpec(value);
  if (misplaced !== undefined) return invalid(value, [misplaced], options);
  const unset: Issue[] = [];
  const apiVersion = requiredText(value, 'apiVersion', unset);
  const kind = requiredText(value, 'kind', unset);
  if (unset.length > 0) return invalid(value, unset, options);
  const served = servedAs(apiVersion, kind);
  switch (served.kind) {
    case 'served':
      return decodeServed(served.name, value, options);
    case 'noMatches':
      return invalid(value, [served.issue], options);
    case 'otherKind':
      return { ...served, apiVersion, objectKind: kind };
    default:
      return unreachable(served);
  }
}

const NOTHING: ObjectRef = { kind: '', namespace: '', name: '' };

function requiredText(value: JsonObject, field: 'apiVersion' | 'kind', issues: Issue[]): string {
  const written = fieldOf(value, field);
  if (typeof written === 'string' && written !== '') return written;
  const isAbsent = written === undefined || written === null || written === '';
  const issue = isAbsent
    ? notSet(field, hintForUnset(value, field))
    : typeMismatch({ path: [field] }, written, 'string');
  issues.push(issue);
  return '';
}

/** The other one of the two, or what the field was misspelt as, tells what belongs here. */
function hintForUnset(value: JsonObject, field: 'apiVersion' | 'kind'): string {
  const misspelt = Object.keys(value).find((key) => key !== field && sameButForCase(key, field));
  if (misspelt !== undefined) return `write \`${field}\`, not \`${misspelt}\``;
  const kind = textOf(fieldOf(value, 'kind'));
  if (field === 'apiVersion' && isKindName(kind)) {
    return `write \`apiVersion: ${kindOf(kind).apiVersion}\``;
  }
  const kinds = kindsOf(textOf(fieldOf(value, 'apiVersion')));
  return field === 'kind' && kinds.length === 1 ? `write \`kind: ${kinds.join('')}\`` : '';
}

function decodeServed(kind: KindName, value: JsonObject, options: DecodeOptions): Decoded {
  const issues: Issue[] = [];
  const object = decodeKind({ kind, value, ...options, issues });
  if (issues.length === 0) return { kind: 'object', object, warnings: issues };
  return issues.some(isError)
    ? invalid(value, issues, options)
    : { kind: 'object', object, warnings: inDocumentOrder(value, issues) };
}

function invalid(value: JsonObject, issues: readonly Issue[], options: DecodeOptions): Decoded {
  const ref = refOf(value, options);
  const { kind } = ref;
  const ordered = inDocumentOrder(value, issues);
  return {
    kind: 'invalid',
    ref,
    issues: ordered,
    undecodable: isPolicyKind(kind) ? undecodable({ ...ref, kind }, value, ordered) : undefined,
  };
}

/** Names an object as far as it can be named. */
function refOf(value: JsonObject, options: DecodeOptions): ObjectRef {
  const metadata = fieldOf(value, 'metadata');
  const kind = textOf(fieldOf(value, 'kind'));
  const namespaced = !isKindName(kind) || kindOf(kind).namespaced;
  const own = textOf(fieldOf(metadata, 'namespace'));
  const name = textOf(fieldOf(metadata, 'name'));
  return {
    kind,
    namespace: namespaced ? own || options.namespace : '',
    name: name || textOf(fieldOf(metadata, 'generateName')),
  };
}

/**
 * Splits a v1 `List`, or a list of one kind (`PodList`, whose items inherit kind and version).
 *
 * @returns undefined where the value is no list; the path of each item leads from the list's root.
 */
export function listItems(
  value: unknown,
): readonly { readonly value: unknown; readonly path: Path }[] | undefined {
  const kind = textOf(fieldOf(value, 'kind'));
  if (!kind.endsWith('List')) return undefined;
  const itemKind = kind.slice(0, -'List'.length);
  const items: unknown = fieldOf(value, 'items') ?? [];
  const isWritten = fieldOf(value, 'items') !== undefined;
  // Other products have kinds, too, whose names end so.
  if (!Array.isArray(items) || !(isWritten || itemKind === '' || isKindName(itemKind)))
    return undefined;
  const inherited = { apiVersion: fieldOf(value, 'apiVersion'), kind: itemKind };
  return items.map((item: unknown, index) => ({
    value: itemKind === '' || !isObject(item) ? item : { ...inherited, ...item },
    path: ['items', index],
  }));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
