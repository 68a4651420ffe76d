import { formatPath, type ObjectRef } from '@ringfence/core';
import type { Document, Duplicate } from '../text/span.ts';
import type { LocatedIssue } from './loaded.ts';
import { locatedAt, type Origin, placeOf, type Reading } from './reading.ts';

/** What of a document is neither YAML nor JSON. */
export function faultIssues(reading: Reading, document: Document): readonly LocatedIssue[] {
  return document.faults.map(({ offset, message, hint }) =>
    locatedAt(
      reading,
      { start: offset, end: offset + 1 },
      {
        issue: { code: 'syntax', severity: 'error', path: [], at: 'value', message, hint },
        object: undefined,
      },
    ),
  );
}

/**
 * Says that a field is written twice.
 *
 * kubectl silently takes the last one, so that a server never hears of the first; no one means that.
 */
export function duplicateIssue(
  { path, first, again }: Duplicate,
  { reading, path: prefix }: Origin,
  object: ObjectRef | undefined,
): LocatedIssue {
  const inner = path.slice(prefix.length);
  const { line } = placeOf(reading, first);
  return locatedAt(reading, again, {
    issue: {
      code: 'duplicateField',
      severity: 'error',
      path: inner,
      at: 'key',
      message: `duplicate field "${formatPath(inner)}"`,
      hint: `it stands on line ${line} as well; kubectl would silently take the last one`,
    },
    object,
  });
}
