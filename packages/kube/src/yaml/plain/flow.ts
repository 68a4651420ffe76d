import type { Fields } from '../fields.ts';
import {
  CLOSING_BRACE,
  CLOSING_BRACKET,
  COMMA,
  type Cursor,
  DOUBLE_QUOTE,
  MOST_LEVELS,
  OPENING_BRACE,
  OPENING_BRACKET,
  SINGLE_QUOTE,
  skipSpaces,
} from './cursor.ts';
import { colonBehindKey, keyBefore, readPlainWord, readQuoted } from './scalar.ts';

/** Reads a value that fits on its line: a flow collection, quoted text, or what `readPlain` reads. */
export function readInline(cursor: Cursor, readPlain: (cursor: Cursor) => unknown): unknown {
  const code = cursor.text.charCodeAt(cursor.at);
  switch (code) {
    case DOUBLE_QUOTE:
    case SINGLE_QUOTE:
      return readQuoted(cursor, code);
    case OPENING_BRACE:
      return nested(cursor, readFlowMapping);
    case OPENING_BRACKET:
      return nested(cursor, readFlowSequence);
    default:
      return readPlain(cursor);
  }
}

function nested(cursor: Cursor, read: (cursor: Cursor) => unknown): unknown {
  if (cursor.depth === MOST_LEVELS) return undefined;
  cursor.depth += 1;
  cursor.at += 1;
  skipSpaces(cursor);
  const value = read(cursor);
  cursor.depth -= 1;
  return value;
}

function readFlowMapping(cursor: Cursor): Fields | undefined {
  const fields: Fields = {};
  if (passes(cursor, CLOSING_BRACE)) return fields;
  do {
    skipSpaces(cursor);
    const colon = colonBehindKey(cursor);
    const key = colon === -1 ? undefined : keyBefore(cursor, colon);
    if (key === undefined || Object.hasOwn(fields, key)) return undefined;
    cursor.at = colon + 1;
    const value = readFlowValue(cursor);
    if (value === undefined) return undefined;
    fields[key] = value;
  } while (passes(cursor, COMMA));
  return passes(cursor, CLOSING_BRACE) ? fields : undefined;
}

function readFlowSequence(cursor: Cursor): readonly unknown[] | undefined {
  const items: unknown[] = [];
  if (passes(cursor, CLOSING_BRACKET)) return items;
  do {
    const item = readFlowValue(cursor);
    if (item === undefined) return undefined;
    items.push(item);
  } while (passes(cursor, COMMA));
  return passes(cursor, CLOSING_BRACKET) ? items : undefined;
}

function readFlowValue(cursor: Cursor): unknown {
  skipSpaces(cursor);
  const value = readInline(cursor, readPlainWord);
  skipSpaces(cursor);
  return value;
}

/** Steps over a character, if the cursor is at it. */
function passes(cursor: Cursor, code: number): boolean {
  if (cursor.text.charCodeAt(cursor.at) !== code) return false;
  cursor.at += 1;
  return true;
}
