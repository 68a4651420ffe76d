import type { Path } from '@ringfence/core';

/** A stretch of a text: offsets in UTF-16 units, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Where a path was written, as far as it was written at all.
 *
 * `steps` says how many of the path's steps the text holds; the spans are those of the last one.
 * A list item has no key, and a value that is left empty has no text.
 */
export interface Found {
  readonly steps: number;
  readonly key: Span | undefined;
  readonly value: Span | undefined;
}

/** A text that cannot be read, or not from some place on. */
export interface Fault {
  readonly offset: number;
  readonly message: string;
  readonly hint: string;
}

/** A field that a mapping holds more than once; the last one is the one that counts. */
export interface Duplicate {
  readonly path: Path;
  readonly first: Span;
  readonly again: Span;
}

/** Where a document stands in its text. All offsets count from the start of the whole text. */
export interface Written {
  readonly span: Span;
  /** Reads the text again, so ask only for what is shown to somebody. */
  find(path: Path): Found;
}

/** One document of a YAML or JSON text. */
export interface Document extends Written {
  /**
   * Plain data, as `JSON.parse` would make it. `undefined` where nothing could be read; in a split
   * list the items that could not be read are `undefined`.
   */
  readonly value: unknown;
  readonly faults: readonly Fault[];
  /** In the order in which the text has them. Reads the text again where there are any. */
  duplicates(): readonly Duplicate[];
}

/** Moves a span that was measured in a part of a text to the text itself. */
export function shifted(span: Span, by: number): Span {
  return { start: span.start + by, end: span.end + by };
}
