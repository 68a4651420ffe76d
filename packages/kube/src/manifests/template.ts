import type { Issue } from '@ringfence/core';
import type { Span } from '../text/span.ts';

/**
 * Finds the first action of a template (`{{ ... }}`) that stands bare in the text: not behind a
 * quote, nor in a comment, where YAML takes it for ordinary text.
 */
export function templateAction(text: string, { start, end }: Span): Span | undefined {
  const match = /^[^'"#\n\r\u2028\u2029]*?\{\{.*$/mu.exec(text.slice(start, end));
  if (match === null) return undefined;
  const from = start + match.index + match[0].indexOf('{{');
  const action = /^\{\{.*?\}\}/u.exec(text.slice(from, end));
  return { start: from, end: from + (action?.[0].length ?? 2) };
}

/** Says that the source has to be rendered before it can be read. */
export function templateIssue(): Issue {
  return {
    code: 'template',
    severity: 'error',
    path: [],
    at: 'value',
    message: 'this is a template, not a manifest: it has to be rendered first',
    hint: 'helm template RELEASE CHART | ringfence ... -f -',
  };
}
