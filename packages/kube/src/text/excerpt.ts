import type { Lines } from './lines.ts';
import type { Span } from './span.ts';

/** How much of a long line is shown. */
const WIDTH = 96;

/**
 * Shows the line that a span begins in, and marks the span below it with carets.
 *
 * A tab is shown as one space, so that the carets stand right in every terminal; a long line is cut
 * on both sides of the mark.
 */
export function excerpt(text: string, lines: Lines, span: Span): string {
  const { line, column } = lines.placeOf(span.start);
  const { start, end } = lines.spanOf(line);
  // The line of a minified dump is the whole dump: only what is shown is cut out of it.
  const from = end - start <= WIDTH ? start : Math.max(start, span.start - WIDTH / 3);
  const to = Math.min(end, from + WIDTH);
  const before = from === start ? '' : '…';
  const shown = `${before}${printable(text.slice(from, to))}${to < end ? '…' : ''}`;
  const length = Math.max(1, Math.min(span.end, to) - span.start);
  const margin = String(line);
  const indent = ' '.repeat(before.length + column - 1 - (from - start));
  return `${margin} | ${shown}\n${' '.repeat(margin.length)} | ${indent}${'^'.repeat(length)}`;
}

/** Without characters that would steer a terminal; every one of them is replaced by one. */
export function printable(text: string): string {
  return text.replaceAll('\t', ' ').replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '\uFFFD');
}
