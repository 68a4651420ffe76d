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
export function excerpt(lines: Lines, span: Span): string {
  const { line, column } = lines.placeOf(span.start);
  const text = printable(lines.textOf(line));
  const from = text.length <= WIDTH ? 0 : Math.max(0, column - 1 - WIDTH / 3);
  const to = Math.min(text.length, from + WIDTH);
  const before = from === 0 ? '' : '…';
  const shown = `${before}${text.slice(from, to)}${to < text.length ? '…' : ''}`;
  const length = Math.max(1, Math.min(span.end - span.start, to - column + 1));
  const margin = String(line);
  const indent = ' '.repeat(before.length + column - 1 - from);
  return `${margin} | ${shown}\n${' '.repeat(margin.length)} | ${indent}${'^'.repeat(length)}`;
}

/** Without characters that would steer a terminal; every one of them is replaced by one. */
export function printable(text: string): string {
  return text.replaceAll('\t', ' ').replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '\uFFFD');
}
