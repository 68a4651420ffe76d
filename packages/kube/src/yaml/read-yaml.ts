import type { Path } from '@ringfence/core';
import {
  type Document,
  type Duplicate,
  type Fault,
  type Found,
  shifted,
  type Span,
} from '../text/span.ts';
import { compose, type Composed } from './compose.ts';
import { eventsOf } from './events.ts';
import { duplicatesInTree, findInTree, type Node } from './node.ts';
import { readPlain } from './plain/read-plain.ts';
import { splitDocuments } from './split.ts';
import { splitListItems, type SplitList } from './split-list.ts';
import { placesOf } from './tree.ts';

/** Reads every document of a YAML text; documents without a value (comments only) are left out. */
export function readYaml(text: string): readonly Document[] {
  const places = placesIn(text);
  return splitDocuments(text).flatMap((span) => {
    const part = text.slice(span.start, span.end);
    const list = splitListItems(part);
    const split = list && readSplitList({ text, part, span, list, places });
    return split === undefined ? readWhole({ text, span, places }) : [split];
  });
}

interface Part {
  readonly text: string;
  readonly span: Span;
  readonly places: Places;
}

/** More than one document only where `...` ends the first. */
function readWhole({ text, span, places }: Part): readonly Document[] {
  const { values, duplicated, fault } = valuesOf(text, span);
  const documents = values.flatMap((value, ordinal) => {
    if (value === null) return [];
    const tree = (): Node => places(span, ordinal);
    return [
      {
        span,
        value,
        faults: [],
        duplicates: () => (duplicated ? duplicatesInTree(tree()) : []),
        find: (path: Path) => findInTree(tree(), path),
      },
    ];
  });
  return fault === undefined ? documents : [...documents, broken(span, fault)];
}

/**
 * Reads a list item by item, so that the events of only one are in memory, and a broken item hides
 * no other. Undefined where the document is no such list after all, or its items share anchors.
 */
function readSplitList({
  text,
  part,
  span,
  list,
  places,
}: Part & { readonly part: string; readonly list: SplitList }): Document | undefined {
  const around = part.slice(0, list.body.start) + part.slice(list.body.end);
  const head = valuesOf(around, { start: 0, end: around.length });
  const [fields] = head.values;
  if (head.fault !== undefined || head.values.length !== 1 || !isList(fields)) return undefined;
  const faults: Fault[] = [];
  const items: unknown[] = [];
  const repeated: number[] = [];
  for (const [index, item] of list.items.entries()) {
    const read = valuesOf(text, shifted(item, span.start));
    if (read.fault !== undefined) {
      if (read.fault.message.startsWith('alias ')) return undefined;
      faults.push(moved(read.fault, span.start + item.start));
    }
    if (read.duplicated) repeated.push(index);
    const [value] = read.values;
    items.push(Array.isArray(value) ? value[0] : undefined);
  }
  const spanOfItem = (index: number): Span | undefined => {
    const item = list.items[index];
    return item && shifted(item, span.start);
  };
  return {
    span,
    value: { ...fields, items },
    faults,
    duplicates: () =>
      head.duplicated
        ? duplicatesInTree(places(span, 0))
        : repeated.flatMap((index) => duplicatesOfItem(index, spanOfItem(index), places)),
    find: (path) => {
      const [field, index] = path;
      const item = field === 'items' && typeof index === 'number' ? spanOfItem(index) : undefined;
      if (item === undefined) return { steps: 0, key: undefined, value: span };
      return inItem(findInTree(places(item, 0), [0, ...path.slice(2)]));
    },
  };
}

function duplicatesOfItem(
  index: number,
  span: Span | undefined,
  places: Places,
): readonly Duplicate[] {
  if (span === undefined) return [];
  return duplicatesInTree(places(span, 0)).map((duplicate) => ({
    ...duplicate,
    path: ['items', index, ...duplicate.path.slice(1)],
  }));
}

/** An item is read as a list of one: that is one step where the document's path has two. */
function inItem(found: Found): Found {
  return { ...found, steps: found.steps + 1 };
}

function valuesOf(text: string, span: Span): Composed {
  const plain = readPlain(text, span);
  if (plain !== undefined) return { values: [plain], duplicated: false, fault: undefined };
  const part = text.slice(span.start, span.end);
  const { events, fault } = eventsOf(part);
  if (fault !== undefined) return { values: [], duplicated: false, fault };
  const composed = compose(part, events);
  return composed.fault === undefined
    ? composed
    : { ...composed, values: composed.values.slice(0, -1) };
}

function isList(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    typeof value.kind === 'string' &&
    value.kind.endsWith('List')
  );
}

function broken(span: Span, fault: Fault): Document {
  return {
    span,
    value: undefined,
    faults: [moved(fault, span.start)],
    duplicates: () => [],
    find: () => ({ steps: 0, key: undefined, value: span }),
  };
}

function moved(fault: Fault, by: number): Fault {
  return { ...fault, offset: fault.offset + by };
}

/** The places of the document that begins a stretch of the text. */
type Places = (span: Span, ordinal: number) => Node;

/** Keeps the last tree: questions about one object come one after the other. */
function placesIn(text: string): Places {
  let last: { readonly start: number; readonly ordinal: number; readonly tree: Node } | undefined;
  return (span, ordinal) => {
    if (last?.start === span.start && last.ordinal === ordinal) return last.tree;
    const part = text.slice(span.start, span.end);
    const tree = placesOf(part, eventsOf(part).events, { base: span.start, ordinal });
    last = { start: span.start, ordinal, tree };
    return tree;
  };
}
