/** Walking over JSON text that is known to be valid: where values and fields begin and end. */

const QUOTE = 34;
const BACKSLASH = 92;

/** The first character from `at` on that is no white space. */
export function skipSpace(text: string, at: number): number {
  let position = at;
  for (;;) {
    const code = text.charCodeAt(position);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return position;
    position += 1;
  }
}

/** One beyond the closing quote of the string that begins at `at`; the text's end where none closes it. */
export function skipString(text: string, at: number): number {
  let position = at + 1;
  for (;;) {
    const quote = text.indexOf('"', position);
    if (quote === -1) return text.length;
    let escapes = 0;
    while (text.charCodeAt(quote - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return quote + 1;
    position = quote + 1;
  }
}

/** One beyond the value that begins at `at`, and how it is built. Total: an unclosed value ends with the text. */
export function measure(text: string, at: number): Extent {
  let position = at;
  let depth = 0;
  let deepest = 0;
  let fields = 0;
  while (position < text.length) {
    switch (text.charCodeAt(position)) {
      case QUOTE:
        position = skipString(text, position);
        break;
      case 123: // {
      case 91: // [
        depth += 1;
        if (depth > deepest) deepest = depth;
        position += 1;
        break;
      case 125: // }
      case 93: // ]
        depth -= 1;
        position += 1;
        break;
      case 58: // :
        fields += 1;
        position += 1;
        continue;
      case 44: // ,
      case 32:
      case 10:
      case 13:
      case 9:
        position += 1;
        continue;
      default:
        position = skipBare(text, position);
    }
    if (depth <= 0) break;
  }
  return { end: Math.min(position, text.length), deepest, fields };
}

export interface Extent {
  readonly end: number;
  readonly deepest: number;
  /** Fields of all mappings, repeated ones counted each time. */
  readonly fields: number;
}

/** A number, `true`, `false` or `null`; at least one character. */
function skipBare(text: string, at: number): number {
  let position = at + 1;
  while (position < text.length && !DELIMITERS.has(text.charCodeAt(position))) position += 1;
  return position;
}

const DELIMITERS: ReadonlySet<number> = new Set(
  Array.from(' \t\r\n,:[]{}"', (character) => character.charCodeAt(0)),
);
