import { isBlank } from '../text/blank.ts';
import type { Span } from '../text/span.ts';

/**
 * Cuts a YAML text before every line that begins with `---`, so that each document is read, and can
 * fail, by itself. YAML forbids such a line inside any value, block scalars included; directives
 * (`%YAML 1.2`) stay with the document that they introduce.
 */
export function splitDocuments(text: string): readonly Span[] {
  const spans: Span[] = [];
  let start = 0;
  for (const marker of documentMarkers(text)) {
    if (marker === start || introduces(text, start, marker)) continue;
    spans.push({ start, end: marker });
    start = marker;
  }
  if (start < text.length) spans.push({ start, end: text.length });
  return spans;
}

function* documentMarkers(text: string): Generator<number> {
  let at = text.startsWith('---') ? 0 : nextMarker(text, 0);
  while (at !== -1) {
    if (isBlank(text.charCodeAt(at + 3))) yield at;
    at = nextMarker(text, at);
  }
}

function nextMarker(text: string, from: number): number {
  const newline = text.indexOf('\n---', from);
  return newline === -1 ? -1 : newline + 1;
}

/** Whether only directives, comments and blank lines stand between. */
function introduces(text: string, start: number, end: number): boolean {
  const prefix = text.slice(start, Math.min(end, start + PREFIX_LENGTH));
  return /^\uFEFF?(?:[ \t]*(?:#.*)?\r?\n)*%/u.test(prefix) && !/^[^%#\s]/mu.test(prefix);
}

/** Directives are a few lines; longer texts hold a document. */
const PREFIX_LENGTH = 4_000;
