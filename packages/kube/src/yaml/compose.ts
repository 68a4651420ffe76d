import { EVENT_ID, type Event } from 'js-yaml';
import { unreachable } from '@ringfence/core';
import type { Fault } from '../text/span.ts';
import { isMerge, keyText, scalarValue, spanOf } from './event.ts';
import { type Fields, isFields, put } from './fields.ts';

/** What the events of a text mean: one value for each document, plain data as `JSON.parse` makes it. */
export interface Composed {
  readonly values: readonly unknown[];
  /** Some mapping holds a field twice; the last one is in the value. */
  readonly duplicated: boolean;
  readonly fault: Fault | undefined;
}

/** How many values aliases may stand for in one text. Beyond it the text is made to exhaust its reader. */
const EXPANSION_LIMIT = 400_000;

/** Makes values of events. Total: what cannot be a Kubernetes document becomes the first `fault`. */
export function compose(text: string, events: readonly Event[]): Composed {
  const reader: Reader = {
    text,
    events,
    position: 0,
    nodes: 0,
    expanded: 0,
    anchors: new Map(),
    duplicated: false,
    fault: undefined,
  };
  const values: unknown[] = [];
  while (reader.position < events.length && reader.fault === undefined) {
    const event = events[reader.position];
    if (event?.type === EVENT_ID.DOCUMENT) {
      reader.position += 1;
      reader.anchors.clear();
      values.push(node(reader));
    }
    reader.position += 1;
  }
  return { values, duplicated: reader.duplicated, fault: reader.fault };
}

interface Reader {
  readonly text: string;
  readonly events: readonly Event[];
  position: number;
  /** Values so far, those behind aliases counted as often as they are used. */
  nodes: number;
  /** How many of them only aliases and merge keys added. */
  expanded: number;
  readonly anchors: Map<string, Anchor>;
  duplicated: boolean;
  fault: Fault | undefined;
}

interface Anchor {
  value: unknown;
  size: number;
  complete: boolean;
}

function node(reader: Reader): unknown {
  const event = reader.events[reader.position];
  reader.position += 1;
  reader.nodes += 1;
  switch (event?.type) {
    case EVENT_ID.SCALAR: {
      const value = scalarValue(reader.text, event);
      if (event.anchorStart !== -1) anchor(reader, event, value).complete = true;
      return value;
    }
    case EVENT_ID.SEQUENCE: {
      const items: unknown[] = [];
      const before = reader.nodes;
      const anchored = event.anchorStart === -1 ? undefined : anchor(reader, event, items);
      while (!atEnd(reader)) items.push(node(reader));
      reader.position += 1;
      if (anchored !== undefined) finish(anchored, reader.nodes - before);
      return items;
    }
    case EVENT_ID.MAPPING: {
      const fields: Fields = {};
      const before = reader.nodes;
      const anchored = event.anchorStart === -1 ? undefined : anchor(reader, event, fields);
      mapping(reader, fields);
      if (anchored !== undefined) finish(anchored, reader.nodes - before);
      return fields;
    }
    case EVENT_ID.ALIAS:
      return aliased(reader, event.anchorStart, event.anchorEnd);
    case EVENT_ID.DOCUMENT:
    case EVENT_ID.POP:
    case undefined:
      return null;
    default:
      return unreachable(event);
  }
}

function mapping(reader: Reader, fields: Fields): void {
  // Fields that came by merging may be written once more: that replaces them.
  let merged: Set<string> | undefined;
  while (!atEnd(reader)) {
    const event = reader.events[reader.position];
    if (event !== undefined && isMerge(reader.text, event)) {
      reader.position += 1;
      merged ??= new Set();
      merge(reader, fields, merged, event);
      continue;
    }
    const key = keyText(node(reader));
    if (key === undefined) {
      blame(reader, event, 'a field name must be text, a number or a boolean', '');
      return;
    }
    if (Object.hasOwn(fields, key) && merged?.delete(key) !== true) reader.duplicated = true;
    put(fields, key, node(reader));
  }
  reader.position += 1;
}

/**
 * Takes the fields of one mapping, or of several, the first of which wins. In the order of the
 * text, as kubectl does: what is written before `<<` is replaced by what is merged.
 */
function merge(reader: Reader, fields: Fields, merged: Set<string>, event: Event): void {
  const value = node(reader);
  for (const source of Array.isArray(value) ? value.toReversed() : [value]) {
    if (!isFields(source)) {
      blame(reader, event, 'a merge key (`<<`) takes a mapping or a list of mappings', '');
      return;
    }
    const names = Object.keys(source);
    expand(reader, names.length, spanOf(event)?.start ?? 0);
    for (const name of names) {
      if (!Object.hasOwn(fields, name)) merged.add(name);
      put(fields, name, source[name]);
    }
  }
}

function aliased(reader: Reader, start: number, end: number): unknown {
  const name = reader.text.slice(start, end);
  const target = reader.anchors.get(name);
  if (target === undefined || !target.complete) {
    const problem =
      target === undefined ? `nothing above is named \`&${name}\`` : `\`&${name}\` contains itself`;
    reader.fault ??= { offset: start, message: `alias \`*${name}\`: ${problem}`, hint: '' };
    return null;
  }
  expand(reader, target.size, start);
  return target.value;
}

function expand(reader: Reader, size: number, offset: number): void {
  reader.nodes += size;
  reader.expanded += size;
  if (reader.expanded <= EXPANSION_LIMIT) return;
  const message = `aliases stand for more than ${EXPANSION_LIMIT} values`;
  reader.fault ??= { offset, message, hint: 'write out what they stand for' };
}

function anchor(
  reader: Reader,
  range: { readonly anchorStart: number; readonly anchorEnd: number },
  value: unknown,
): Anchor {
  const made: Anchor = { value, size: 1, complete: false };
  reader.anchors.set(reader.text.slice(range.anchorStart, range.anchorEnd), made);
  return made;
}

function finish(anchored: Anchor, size: number): void {
  anchored.size = size + 1;
  anchored.complete = true;
}

/** At the event that closes a collection; after a fault everything is closed. */
function atEnd(reader: Reader): boolean {
  const event = reader.events[reader.position];
  return event === undefined || event.type === EVENT_ID.POP || reader.fault !== undefined;
}

function blame(reader: Reader, event: Event | undefined, message: string, hint: string): void {
  reader.fault ??= { offset: event === undefined ? 0 : (spanOf(event)?.start ?? 0), message, hint };
}
