import { plainScalar } from '../scalar.ts';
import {
  BEGINS_KEY,
  BEGINS_PLAIN,
  classAt,
  COLON,
  type Cursor,
  DASH,
  DOUBLE_QUOTE,
  HASH,
  IN_FLOW_PLAIN,
  IN_KEY,
  IN_PLAIN,
  IN_QUOTES,
  isAtLineEnd,
  NEWLINE,
  SPACE,
} from './cursor.ts';

/** The colon behind the field's name that begins at the cursor; -1 where there is no plain name. */
export function colonBehindKey({ text, at }: Cursor): number {
  if ((classAt(text, at) & BEGINS_KEY) === 0) return -1;
  let colon = at + 1;
  while ((classAt(text, colon) & IN_KEY) !== 0) colon += 1;
  return text.charCodeAt(colon) === COLON && isBlankAt(text, colon + 1) ? colon : -1;
}

function isBlankAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === SPACE || code === NEWLINE || at >= text.length;
}

/** The field's name between the cursor and its colon; undefined where the text stands for no text. */
export function keyBefore({ text, at }: Cursor, colon: number): string | undefined {
  const key = plainScalar(text.slice(at, colon));
  return typeof key === 'string' && key !== '__proto__' ? key : undefined;
}

/** Reads quoted text without escapes. */
export function readQuoted(cursor: Cursor, quote: number): string | undefined {
  const { text } = cursor;
  const start = cursor.at + 1;
  let at = start;
  while ((classAt(text, at) & IN_QUOTES) !== 0 && text.charCodeAt(at) !== quote) at += 1;
  if (text.charCodeAt(at) !== quote) return undefined;
  cursor.at = at + 1;
  const inside = text.slice(start, at);
  return quote === DOUBLE_QUOTE && inside.includes('\\') ? undefined : inside;
}

/** Reads an unquoted scalar that ends where its line ends. */
export function readPlainLine(cursor: Cursor): unknown {
  const { text, at: start } = cursor;
  if (!beginsPlain(text, start, IN_KEY)) return undefined;
  let at = start + 1;
  while (isInPlain(text, at)) at += 1;
  cursor.at = at;
  if (!isAtLineEnd(cursor) || text.charCodeAt(at - 1) === SPACE) return undefined;
  return plainScalar(text.slice(start, at));
}

/** Reads an unquoted scalar of a flow collection: a word without spaces. */
export function readPlainWord(cursor: Cursor): unknown {
  const { text, at: start } = cursor;
  if (!beginsPlain(text, start, IN_FLOW_PLAIN)) return undefined;
  let at = start + 1;
  while (isInWord(text, at)) at += 1;
  cursor.at = at;
  return plainScalar(text.slice(start, at));
}

function beginsPlain(text: string, at: number, afterDash: number): boolean {
  if (text.charCodeAt(at) === DASH) return (classAt(text, at + 1) & afterDash) !== 0;
  return (classAt(text, at) & BEGINS_PLAIN) !== 0;
}

function isInPlain(text: string, at: number): boolean {
  if ((classAt(text, at) & IN_PLAIN) !== 0) return true;
  const code = text.charCodeAt(at);
  if (code === COLON) return !isBlankAt(text, at + 1);
  return code === HASH && text.charCodeAt(at - 1) !== SPACE;
}

function isInWord(text: string, at: number): boolean {
  if ((classAt(text, at) & IN_FLOW_PLAIN) !== 0) return true;
  return text.charCodeAt(at) === COLON && (classAt(text, at + 1) & IN_FLOW_PLAIN) !== 0;
}
