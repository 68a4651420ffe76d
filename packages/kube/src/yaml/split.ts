import type { Span } from '../text/span.ts';

/**
 * Cuts a YAML text before every line that begins with `---` and behind every one that begins with
 * `...`, so that each document is read, and can fail, by itself. YAML forbids such lines inside any
 * value, block scalars included; directives (`%YAML 1.2`) stay with the document that they introduce.
 */
export function splitDocuments(text: string): readonly Span[] {
  const spans: Span[] = [];
  let start = 0;
  for (const { 0: marker, index } of text.matchAll(MARKER)) {
    const ends = marker.endsWith('...');
    const line = index + marker.length - 3;
    const cut = ends ? lineEnd(text, line) : line;
    if (cut === start || (!ends && introduces(text, start, cut))) continue;
    spans.push({ start, end: cut });
    start = cut;
  }
  if (start < text.length) spans.push({ start, end: text.length });
  return spans;
}

/** At the beginning of a line, which a lone `\r` ends as well. */
const MARKER = /(?:^|[\n\r])(?:---|\.\.\.)(?=[ \t\n\r]|$)/gu;

/** One beyond the line that holds this place, and what ends it. */
function lineEnd(text: string, from: number): number {
  const pattern = /\r\n|[\n\r]|$/gu;
  pattern.lastIndex = from;
  const found = pattern.exec(text);
  return found === null ? text.length : found.index + found[0].length;
}

/** Whether only directives, comments and blank lines stand between. */
function introduces(text: string, start: number, end: number): boolean {
  const prefix = text.slice(start, Math.min(end, start + PREFIX_LENGTH));
  return /^\uFEFF?(?:[ \t]*(?:#.*)?\r?\n)*%/u.test(prefix) && !/^[^%#\s]/mu.test(prefix);
}

/** Directives are a few lines; longer texts hold a document. */
const PREFIX_LENGTH = 4_000;
