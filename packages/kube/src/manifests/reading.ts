import type { Issue, ObjectRef, Path } from '@ringfence/core';
import type { Source } from '../sources/source.ts';
import { excerpt } from '../text/excerpt.ts';
import { type Lines, linesOf } from '../text/lines.ts';
import type { Found, Span, Written } from '../text/span.ts';
import type { LocatedIssue, Place } from './loaded.ts';

/** A source while it is being read. */
export interface Reading {
  readonly source: Source;
  readonly lines: Lines;
}

/** An object's place: its document, and the path to it (not empty for an item of a list). */
export interface Origin {
  readonly reading: Reading;
  readonly document: Written;
  readonly path: Path;
}

export function startReading(source: Source): Reading {
  return { source, lines: linesOf(source.text) };
}

/** Where something begins, as people count. */
export function placeOf(reading: Reading, span: Span): Place {
  return { file: reading.source.name, ...reading.lines.placeOf(span.start) };
}

/** Puts an issue at a span of the text. */
export function locatedAt(
  reading: Reading,
  span: Span,
  { issue, object }: { readonly issue: Issue; readonly object: ObjectRef | undefined },
): LocatedIssue {
  return {
    ...issue,
    place: placeOf(reading, span),
    excerpt: excerpt(reading.source.text, reading.lines, span),
    object,
  };
}

/** The text of a path inside an object, or of the nearest thing around it that was written. */
export function spanOfPath({ document, path }: Origin, inner: Path, at: 'key' | 'value'): Span {
  const whole = [...path, ...inner];
  const found = document.find(whole);
  const reached = found.steps === whole.length;
  return (reached && at === 'value' ? ends(found, 'value') : ends(found, 'key')) ?? document.span;
}

function ends({ key, value }: Found, preferred: 'key' | 'value'): Span | undefined {
  return preferred === 'value' ? (value ?? key) : (key ?? value);
}
