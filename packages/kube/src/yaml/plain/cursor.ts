/** A place in a text that is read character by character. */
export interface Cursor {
  readonly text: string;
  /** Where the document ends: at the start of a line, or with the text. */
  readonly end: number;
  at: number;
  /** The column where the line's content begins; `NO_LINE` behind the last line. */
  indent: number;
  /** How many collections are open. */
  depth: number;
}

/** There is no further line. */
export const NO_LINE = -1;

/** So deep nothing is that people write; deeper text is for the parser to judge. */
export const MOST_LEVELS = 40;

export const NEWLINE = 10;
export const SPACE = 32;
export const DOUBLE_QUOTE = 34;
export const HASH = 35;
export const SINGLE_QUOTE = 39;
export const COMMA = 44;
export const DASH = 45;
export const COLON = 58;
export const OPENING_BRACKET = 91;
export const CLOSING_BRACKET = 93;
export const OPENING_BRACE = 123;
export const CLOSING_BRACE = 125;

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const WORD = `${LETTERS}0123456789_`;
const PUNCTUATION = '!"$%&\'()*+,-./;<=>?@[\\]^`{|}~ ';

/** What a character may be part of: bits, added up. */
export const BEGINS_KEY = 1;
export const IN_KEY = 2;
export const BEGINS_PLAIN = 4;
/** Colons and hashes need a look at their neighbours. */
export const IN_PLAIN = 8;
export const IN_FLOW_PLAIN = 16;
export const IN_QUOTES = 32;

const CLASSES = classes();

function classes(): Uint8Array {
  const table = new Uint8Array(128);
  const add = (characters: string, bit: number): void => {
    for (const character of characters) {
      const code = character.charCodeAt(0);
      table[code] = (table[code] ?? 0) | bit;
    }
  };
  add(WORD, BEGINS_KEY);
  add(`${WORD}-./`, IN_KEY | IN_FLOW_PLAIN);
  add(`${WORD}./+~$(`, BEGINS_PLAIN);
  add(`${WORD}${PUNCTUATION}`, IN_PLAIN | IN_QUOTES);
  add(':#', IN_QUOTES);
  return table;
}

/** The bits of the character at an offset; none outside of ASCII, and beyond the text. */
export function classAt(text: string, at: number): number {
  return CLASSES[text.charCodeAt(at)] ?? 0;
}

/** Whether nothing more is on the line. */
export function isAtLineEnd({ text, at }: Cursor): boolean {
  return at >= text.length || text.charCodeAt(at) === NEWLINE;
}

/** Goes on to the next character that is no space. */
export function skipSpaces(cursor: Cursor): void {
  while (cursor.text.charCodeAt(cursor.at) === SPACE) cursor.at += 1;
}

/** From the start of a line to the first one that holds something besides a comment. */
export function toContent(cursor: Cursor): void {
  const { text, end } = cursor;
  let { at } = cursor;
  while (at < end) {
    const start = at;
    while (text.charCodeAt(at) === SPACE) at += 1;
    const column = at - start;
    if (text.charCodeAt(at) === HASH) at = commentEnd(text, at);
    if (at < end && text.charCodeAt(at) !== NEWLINE) {
      cursor.at = at;
      cursor.indent = column;
      return;
    }
    at += 1;
  }
  cursor.at = end;
  cursor.indent = NO_LINE;
}

/** What breaks lines elsewhere, or is forbidden, ends it too: nobody reads on from there. */
function commentEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !ENDS_COMMENT.has(text.charCodeAt(at))) at += 1;
  return at;
}

const ENDS_COMMENT: ReadonlySet<number> = new Set([0, NEWLINE, 13]);
