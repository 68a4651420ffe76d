import type { Span } from '../../text/span.ts';
import type { Fields } from '../fields.ts';
import {
  type Cursor,
  DASH,
  isAtLineEnd,
  MOST_LEVELS,
  NEWLINE,
  NO_LINE,
  SPACE,
  skipSpaces,
  toContent,
} from './cursor.ts';
import { readInline } from './flow.ts';
import { colonBehindKey, keyBefore, readPlainLine } from './scalar.ts';

/**
 * Reads a document that is plainly written, as programs and most people write manifests: mappings and
 * sequences in block style, scalars and flow collections of one line, printable ASCII, comments on
 * lines of their own. That takes a fraction of the time of a parser that expects all of YAML.
 *
 * @param span ends where a line ends.
 * @returns what the parser's events would be composed to; `undefined` where anything is written in
 *   another way, or is wrong.
 */
export function readPlain(text: string, { start, end }: Span): unknown {
  const cursor: Cursor = { text, end, at: start, indent: 0, depth: 0 };
  if (text.startsWith('---', start)) {
    if (text.charCodeAt(start + 3) !== NEWLINE) return undefined;
    cursor.at += 4;
  }
  toContent(cursor);
  if (cursor.indent === NO_LINE) return undefined;
  const value = readBlock(cursor);
  // Whatever a collection did not take is a line that nobody above takes either.
  return cursor.indent === NO_LINE ? value : undefined;
}

/** Reads the collection that begins at the cursor. */
function readBlock(cursor: Cursor): unknown {
  if (cursor.depth === MOST_LEVELS) return undefined;
  cursor.depth += 1;
  const value = isAtDash(cursor) ? readSequence(cursor) : readMapping(cursor);
  cursor.depth -= 1;
  return value;
}

function isAtDash({ text, at }: Cursor): boolean {
  return text.charCodeAt(at) === DASH && text.charCodeAt(at + 1) === SPACE;
}

function readSequence(cursor: Cursor): readonly unknown[] | undefined {
  const { indent } = cursor;
  const items: unknown[] = [];
  do {
    const dash = cursor.at;
    cursor.at += 2;
    skipSpaces(cursor);
    const column = indent + cursor.at - dash;
    const item = colonBehindKey(cursor) === -1 ? readLine(cursor) : readCompact(cursor, column);
    if (item === undefined) return undefined;
    items.push(item);
  } while (cursor.indent === indent && isAtDash(cursor));
  return items;
}

/** A mapping that begins behind a dash. */
function readCompact(cursor: Cursor, column: number): unknown {
  cursor.indent = column;
  return readBlock(cursor);
}

function readMapping(cursor: Cursor): Fields | undefined {
  const { indent } = cursor;
  const fields: Fields = {};
  do {
    const colon = colonBehindKey(cursor);
    const key = colon === -1 ? undefined : keyBefore(cursor, colon);
    if (key === undefined || Object.hasOwn(fields, key)) return undefined;
    cursor.at = colon + 1;
    const value = isAtLineEnd(cursor) ? readBelow(cursor, indent) : readBeside(cursor);
    if (value === undefined) return undefined;
    fields[key] = value;
  } while (cursor.indent === indent);
  return fields;
}

function readBeside(cursor: Cursor): unknown {
  skipSpaces(cursor);
  return readLine(cursor);
}

/** The value on the lines below a field's name. A sequence may stand as far left as the name. */
function readBelow(cursor: Cursor, indent: number): unknown {
  cursor.at += 1;
  toContent(cursor);
  const below = cursor.indent > indent || (cursor.indent === indent && isAtDash(cursor));
  return below ? readBlock(cursor) : null;
}

/** Reads what fills the rest of a line, and goes on to the next. */
function readLine(cursor: Cursor): unknown {
  const value = readInline(cursor, readPlainLine);
  if (!isAtLineEnd(cursor)) return undefined;
  cursor.at += 1;
  toContent(cursor);
  return value;
}
