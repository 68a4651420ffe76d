import type { Issue, ObjectRef, Path } from '@ringfence/core';
import { readText } from '../read-text.ts';
import type { Source } from '../sources/source.ts';
import type { Document } from '../text/span.ts';
import type { LocatedIssue, Place } from './loaded.ts';
import {
  locatedAt,
  type Origin,
  placeOf,
  type Reading,
  spanOfPath,
  startReading,
} from './reading.ts';
import { duplicateIssue, faultIssues } from './text-issues.ts';

/** A document of YAML or JSON, whatever it is about: plain data that knows where it was written. */
export interface LocatedDocument {
  /** As `JSON.parse` would make it; `undefined` where nothing could be read. */
  readonly value: unknown;
  /** What is wrong with the text itself: its syntax, and fields that it holds twice. */
  readonly issues: readonly LocatedIssue[];
  /** Where a path was written, or the nearest thing around it that was. */
  placeOf(path: Path): Place;
  /** Puts an issue of the value at `base` in its place. */
  locate(
    issue: Issue,
    at: { readonly base: Path; readonly object: ObjectRef | undefined },
  ): LocatedIssue;
}

/** Reads the documents of a text that are no manifests, with the same rules of YAML and JSON. */
export function readDocuments(source: Source): readonly LocatedDocument[] {
  const reading = startReading(source);
  return readText(source.text).map((document) => locatedDocument(reading, document));
}

function locatedDocument(reading: Reading, document: Document): LocatedDocument {
  const originAt = (path: Path): Origin => ({ reading, document, path });
  const repeated = document
    .duplicates()
    .map((duplicate) => duplicateIssue(duplicate, originAt([]), undefined));
  return {
    value: document.value,
    issues: [...faultIssues(reading, document), ...repeated],
    placeOf: (path) => placeOf(reading, spanOfPath(originAt([]), path, 'key')),
    locate: (issue, { base, object }) =>
      locatedAt(reading, spanOfPath(originAt(base), issue.path, issue.at), { issue, object }),
  };
}
