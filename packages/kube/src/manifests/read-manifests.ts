import { type KubernetesObject, type ObjectRef, unreachable } from '@ringfence/core';
import { misplacedIn } from '../indentation/misplaced.ts';
import { readText } from '../read-text.ts';
import type { Source } from '../sources/source.ts';
import type { Document, Span } from '../text/span.ts';
import { decodeDocument, type Item } from './decode-document.ts';
import { foreignIssue } from './foreign.ts';
import { createIdentities } from './identities.ts';
import type { Loaded, LocatedIssue } from './loaded.ts';
import { type Role, roleIn } from './packaging.ts';
import { locatedAt, placeOf, type Reading, spanOfPath, startReading } from './reading.ts';
import { templateAction, templateIssue } from './template.ts';

export interface ManifestOptions {
  /** Takes the place of `metadata.namespace` where a namespaced object has none. */
  readonly namespace: string;
  /** Policies of other products are errors, not warnings. */
  readonly strict: boolean;
}

/**
 * Reads the Kubernetes objects of some texts, and says everything that is wrong with them.
 *
 * A broken document hides no other one. Sync, and pure over the texts.
 */
export function readManifests(sources: Iterable<Source>, options: ManifestOptions): Loaded {
  const all = [...sources];
  const roleOf = roleIn(all);
  return loadedFrom(
    all.map((source) => readSource(source, roleOf(source), options)),
    options,
  );
}

/** What was read from one source, before it is compared with the others. */
export interface Read {
  readonly items: readonly Item[];
  readonly issues: readonly LocatedIssue[];
}

/** Reads one source by itself; what it clashes with in others is for `loadedFrom` to say. */
export function readSource(source: Source, role: Role, options: ManifestOptions): Read {
  const { items, issues } = readAs(role, startReading(source), options);
  return { items, issues: onlyOneTemplate(issues).sort(byPosition) };
}

function readAs(role: Role, reading: Reading, options: ManifestOptions): Read {
  switch (role.kind) {
    case 'manifests': {
      const documents = readText(reading.source.text);
      const read = documents.map((document) => readDocument(reading, document, options));
      return {
        items: read.flatMap(({ items }) => items),
        issues: read.flatMap(({ issues }) => issues),
      };
    }
    case 'description': {
      const start = { start: 0, end: 1 };
      const issue = locatedAt(reading, start, { issue: role.issue, object: undefined });
      return { items: [], issues: [issue] };
    }
    case 'part':
      return { items: [], issues: [] };
    default:
      return unreachable(role);
  }
}

function readDocument(reading: Reading, document: Document, options: ManifestOptions): Read {
  const read = decodeDocument(reading, document, options.namespace);
  if (!read.issues.some(({ severity }) => severity === 'error')) return read;
  // Flattened text repeats fields and breaks YAML, but that is not what is wrong with it.
  const misplaced = misplacedIn({ reading, document }, read.issues, options.namespace);
  if (misplaced !== undefined) return { items: [], issues: [misplaced] };
  const action = templateIn(reading, document, read.issues);
  if (action === undefined) return read;
  const issue = locatedAt(reading, action, { issue: templateIssue(), object: undefined });
  return { items: [], issues: [issue] };
}

/** A template's action that explains the errors: it stands bare in the text, or in their lines. */
function templateIn(
  { source: { text } }: Reading,
  { span }: Document,
  issues: readonly LocatedIssue[],
): Span | undefined {
  const bare = templateAction(text, span);
  if (bare !== undefined) return bare;
  const quoted = issues.some(
    ({ severity, excerpt }) => severity === 'error' && excerpt.includes('{{'),
  );
  if (!quoted) return undefined;
  const start = text.indexOf('{{', span.start);
  return { start, end: start + 2 };
}

/** A file is a template once, however many of its documents show it. */
function onlyOneTemplate(issues: readonly LocatedIssue[]): LocatedIssue[] {
  const first = issues.find(({ code }) => code === 'template');
  return issues.filter((issue) => issue.code !== 'template' || issue === first);
}

function byPosition(left: LocatedIssue, right: LocatedIssue): number {
  return left.place.line - right.place.line || left.place.column - right.place.column;
}

/** Puts together what was read from all sources, in their order. */
export function loadedFrom(reads: readonly Read[], { strict }: ManifestOptions): Loaded {
  const identities = createIdentities();
  const objects: KubernetesObject[] = [];
  const all = reads.flatMap(({ issues }) => issues);
  const passedOver = new Map<string, number>();
  const foreign = new Map<string, { readonly item: Item; readonly count: number }>();
  for (const item of reads.flatMap(({ items }) => items)) {
    if (item.kind === 'otherKind') {
      passedOver.set(item.fullKind, (passedOver.get(item.fullKind) ?? 0) + 1);
      const before = foreign.get(item.fullKind);
      const count = (before?.count ?? 0) + 1;
      if (item.foreignPolicy) foreign.set(item.fullKind, { item: before?.item ?? item, count });
      continue;
    }
    const clash = identities.add(item.ref, item.origin);
    if (clash !== undefined) all.push(clash);
    else if (item.kind === 'object') objects.push(item.object);
  }
  for (const [kind, { item, count }] of foreign) {
    const { origin } = item;
    const span = spanOfPath(origin, ['kind'], 'value');
    const issue = foreignIssue(kind, { count, strict });
    all.push(locatedAt(origin.reading, span, { issue, object: undefined }));
  }
  return {
    objects,
    errors: all.filter(({ severity }) => severity === 'error'),
    warnings: all.filter(({ severity }) => severity === 'warning'),
    passedOver,
    locate(ref: ObjectRef, path) {
      const origin = identities.originOf(ref);
      return origin && placeOf(origin.reading, spanOfPath(origin, path, 'key'));
    },
  };
}
