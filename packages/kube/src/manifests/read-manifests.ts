import type { KubernetesObject, ObjectRef } from '@ringfence/core';
import { misplacedIn } from '../indentation/misplaced.ts';
import { readText } from '../read-text.ts';
import type { Source } from '../sources/source.ts';
import type { Document, Span } from '../text/span.ts';
import { decodeDocument, type Item } from './decode-document.ts';
import { foreignIssue } from './foreign.ts';
import { createIdentities } from './identities.ts';
import type { Loaded, LocatedIssue } from './loaded.ts';
import { locatedAt, placeOf, type Reading, spanOfPath, startReading } from './reading.ts';
import { chartIssue, isChart, templateAction, templateIssue } from './template.ts';

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
  const found: { readonly items: Item[]; readonly issues: LocatedIssue[] } = {
    items: [],
    issues: [],
  };
  for (const source of sources) {
    const reading = startReading(source);
    const ofSource: LocatedIssue[] = [];
    for (const document of documentsOf(reading, ofSource)) {
      const { items, issues } = readDocument(reading, document, options);
      found.items.push(...items);
      ofSource.push(...issues);
    }
    found.issues.push(...onlyOneTemplate(ofSource).sort(byPosition));
  }
  return loadedFrom(found.items, found.issues, options);
}

function documentsOf(reading: Reading, issues: LocatedIssue[]): readonly Document[] {
  const { name, text } = reading.source;
  if (!isChart(name)) return readText(text);
  issues.push(locatedAt(reading, { start: 0, end: 0 }, { issue: chartIssue(), object: undefined }));
  return [];
}

interface ReadDocument {
  readonly items: readonly Item[];
  readonly issues: readonly LocatedIssue[];
}

function readDocument(
  reading: Reading,
  document: Document,
  options: ManifestOptions,
): ReadDocument {
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

function loadedFrom(
  items: readonly Item[],
  issues: readonly LocatedIssue[],
  { strict }: ManifestOptions,
): Loaded {
  const identities = createIdentities();
  const objects: KubernetesObject[] = [];
  const all = [...issues];
  const passedOver = new Map<string, number>();
  const foreign = new Map<string, { readonly item: Item; readonly count: number }>();
  for (const item of items) {
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
