import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';
import { unreachable } from '@ringfence/core';
import type { Span } from '../text/span.ts';
import { numberOf, plainScalar } from './scalar.ts';

/** A field's name from the value that its text stands for; undefined where Kubernetes takes none. */
export function keyText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return undefined;
}

/** Whether the event is a merge key: `<<`, unquoted. */
export function isMerge(text: string, event: Event): boolean {
  return (
    event.type === EVENT_ID.SCALAR &&
    event.style === SCALAR_STYLE.PLAIN &&
    event.valueEnd - event.valueStart === 2 &&
    text.startsWith('<<', event.valueStart)
  );
}

/** What a scalar stands for, its tag considered. */
export function scalarValue(text: string, event: ScalarEvent): unknown {
  const source = getScalarValue(text, event);
  if (event.tagStart !== -1) return tagged(text.slice(event.tagStart, event.tagEnd), source, event);
  return event.style === SCALAR_STYLE.PLAIN ? plainScalar(source) : source;
}

function tagged(tag: string, source: string, event: ScalarEvent): unknown {
  switch (tag) {
    case '!!int':
    case '!!float':
      return numberOf(source) ?? source;
    case '!!bool':
    case '!!null':
      return plainScalar(source);
    // The non-specific tag leaves quoted text alone.
    case '!!str':
    case '!':
      return event.valueStart === -1 ? '' : source;
    default:
      return source;
  }
}

/** The text of an event; undefined where it has none. A collection's is the place of its start. */
export function spanOf(event: Event): Span | undefined {
  switch (event.type) {
    case EVENT_ID.SCALAR:
      return event.valueStart === -1 ? undefined : scalarSpan(event);
    case EVENT_ID.SEQUENCE:
    case EVENT_ID.MAPPING:
      return { start: event.start, end: event.start };
    case EVENT_ID.ALIAS:
      // The star belongs to it.
      return { start: event.anchorStart - 1, end: event.anchorEnd };
    case EVENT_ID.DOCUMENT:
    case EVENT_ID.POP:
      return undefined;
    default:
      return unreachable(event);
  }
}

function scalarSpan({ style, valueStart, valueEnd }: ScalarEvent): Span {
  const quoted = style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;
  const quote = quoted ? 1 : 0;
  return { start: valueStart - quote, end: valueEnd + quote };
}
