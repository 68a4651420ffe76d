import type { Span } from './span.ts';

/** The lines of a text, found when first asked for. */
export interface Lines {
  /** Both count from 1; the column in UTF-16 units, a tab is one. */
  placeOf(offset: number): { readonly line: number; readonly column: number };
  /** Without its line break; empty beyond the last line. */
  spanOf(line: number): Span;
}

/** Lines end with `\n`, `\r\n` or a lone `\r`, as in YAML. */
export function linesOf(text: string): Lines {
  let starts: readonly number[] | undefined;
  const lineStarts = (): readonly number[] => (starts ??= startsOf(text));
  return {
    placeOf(offset) {
      const index = lastAtMost(lineStarts(), offset);
      // What begins at a byte order mark begins behind it.
      return { line: index + 1, column: Math.max(offset - (lineStarts()[index] ?? 0), 0) + 1 };
    },
    spanOf(line) {
      const start = lineStarts()[line - 1] ?? text.length;
      let end = lineStarts()[line] ?? text.length;
      while (end > start && isBreak(text.charCodeAt(end - 1))) end -= 1;
      return { start, end };
    },
  };
}

function startsOf(text: string): readonly number[] {
  // A byte order mark takes no column.
  const starts = [text.startsWith('\uFEFF') ? 1 : 0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) starts.push(at + 1);
  }
  return starts;
}

function isBreak(code: number): boolean {
  return code === 10 || code === 13;
}

/** The position of the last number that is not greater; 0 where all are. */
function lastAtMost(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((ascending[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
