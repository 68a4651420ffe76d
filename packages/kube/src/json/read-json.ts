import type { Document, Fault, Span } from '../text/span.ts';
import { MAX_DEPTH } from '../yaml/events.ts';
import { faultIn } from './fault.ts';
import { levelsOf } from './level.ts';
import { measure, skipSpace } from './structure.ts';

/**
 * Reads a text of JSON values, one after the other. After one that is broken it goes on at the next
 * line that opens a mapping, but not for ever: each may have to be read to the end of the text.
 */
export function readJson(text: string): readonly Document[] {
  const levels = levelsOf(text);
  const documents: Document[] = [];
  let broken = 0;
  let position = skipSpace(text, text.startsWith('\uFEFF') ? 1 : 0);
  while (position < text.length) {
    const { end, deepest, fields } = measure(text, position);
    const span = { start: position, end };
    const parsed = deepest > MAX_DEPTH ? undefined : parse(text.slice(span.start, span.end));
    if (parsed === undefined) {
      const fault = faultIn(text, position);
      const next = text.indexOf('\n{', Math.max(fault.offset, position));
      broken += 1;
      position = next === -1 || broken === MOST_BROKEN ? text.length : next + 1;
      const hint =
        broken === MOST_BROKEN ? 'mend this first: what follows was not read' : fault.hint;
      documents.push(unread({ start: span.start, end: position }, { ...fault, hint }));
    } else {
      const { value } = parsed;
      const duplicated = fieldCount(value) < fields;
      documents.push({
        span,
        value,
        faults: [],
        duplicates: () => (duplicated ? levels.duplicates(span) : []),
        find: (path) => levels.find(span, path),
      });
      position = skipSpace(text, end);
    }
  }
  return documents.filter(({ value }) => value !== null);
}

/** Nobody mends more of them before trying again. */
const MOST_BROKEN = 100;

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Fewer than the text has colons: then some mapping repeats a field, and `JSON.parse` kept the last. */
function fieldCount(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const members = Object.values(value);
  let count = Array.isArray(value) ? 0 : members.length;
  for (const member of members) count += fieldCount(member);
  return count;
}

function unread(span: Span, fault: Fault): Document {
  return {
    span,
    value: undefined,
    faults: [fault],
    duplicates: () => [],
    find: () => ({ steps: 0, key: undefined, value: span }),
  };
}
