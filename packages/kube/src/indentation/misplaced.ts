import type { LocatedIssue } from '../manifests/loaded.ts';
import type { Reading } from '../manifests/reading.ts';
import type { Document } from '../text/span.ts';

export function misplacedIn(
  _reading: Reading,
  _document: Document,
  _namespace: string,
): LocatedIssue | undefined {
  return undefined;
}
