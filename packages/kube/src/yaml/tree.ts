import { EVENT_ID, type Event } from 'js-yaml';
import { unreachable } from '@ringfence/core';
import { shifted, type Span } from '../text/span.ts';
import { isMerge, keyText, scalarValue, spanOf } from './event.ts';
import type { Entry, Node } from './node.ts';

/**
 * Makes the tree of places of one document: the values themselves are `compose`'s work, this is for
 * the few documents that something is to be said about.
 *
 * @param base where `text` begins in the whole text; the tree counts from there.
 * @param ordinal which of the documents, where the text has several (`...` ends one).
 */
export function placesOf(
  text: string,
  events: readonly Event[],
  { base, ordinal }: { readonly base: number; readonly ordinal: number },
): Node {
  let documents = -1;
  const start = events.findIndex((event) => {
    if (event.type === EVENT_ID.DOCUMENT) documents += 1;
    return documents === ordinal;
  });
  return node({ text, events, base, position: start + 1, anchors: new Map() });
}

interface Reader {
  readonly text: string;
  readonly events: readonly Event[];
  readonly base: number;
  position: number;
  readonly anchors: Map<string, Node>;
}

const NOTHING: Node = { kind: 'scalar', span: undefined };

function node(reader: Reader): Node {
  const event = reader.events[reader.position];
  reader.position += 1;
  if (event === undefined) return NOTHING;
  const span = place(reader, event);
  switch (event.type) {
    case EVENT_ID.SCALAR:
      return anchored(reader, event, { kind: 'scalar', span });
    case EVENT_ID.SEQUENCE: {
      const items: Node[] = [];
      while (!atEnd(reader)) items.push(node(reader));
      reader.position += 1;
      return anchored(reader, event, { kind: 'sequence', span: span ?? START, items });
    }
    case EVENT_ID.MAPPING: {
      const entries = mapping(reader);
      const byKey = new Map(entries.map((entry) => [entry.key, entry]));
      return anchored(reader, event, { kind: 'mapping', span: span ?? START, entries, byKey });
    }
    case EVENT_ID.ALIAS:
      return reader.anchors.get(reader.text.slice(event.anchorStart, event.anchorEnd)) ?? NOTHING;
    case EVENT_ID.DOCUMENT:
    case EVENT_ID.POP:
      return NOTHING;
    default:
      return unreachable(event);
  }
}

const START: Span = { start: 0, end: 0 };

function mapping(reader: Reader): readonly Entry[] {
  const entries: Entry[] = [];
  while (!atEnd(reader)) {
    const event = reader.events[reader.position];
    if (event === undefined) break;
    if (isMerge(reader.text, event)) {
      reader.position += 1;
      for (const entry of mergedFrom(node(reader))) entries.push(entry);
      continue;
    }
    const key = event.type === EVENT_ID.SCALAR ? keyText(scalarValue(reader.text, event)) : '';
    node(reader);
    const keySpan = place(reader, event);
    entries.push({ key: key ?? '', keySpan, value: node(reader), merged: false });
  }
  reader.position += 1;
  return entries;
}

/** The first mapping of a list wins, so it comes last. */
function mergedFrom(source: Node): readonly Entry[] {
  if (source.kind === 'sequence') return source.items.toReversed().flatMap(mergedFrom);
  if (source.kind === 'scalar') return [];
  return source.entries.map((entry) => ({ ...entry, merged: true }));
}

function anchored(
  reader: Reader,
  event: { readonly anchorStart: number; readonly anchorEnd: number },
  made: Node,
): Node {
  if (event.anchorStart !== -1) {
    reader.anchors.set(reader.text.slice(event.anchorStart, event.anchorEnd), made);
  }
  return made;
}

function place(reader: Reader, event: Event): Span | undefined {
  const span = spanOf(event);
  return span === undefined ? undefined : shifted(span, reader.base);
}

function atEnd(reader: Reader): boolean {
  const event = reader.events[reader.position];
  return event === undefined || event.type === EVENT_ID.POP;
}
