import { type Event, parseEvents, YAMLException } from 'js-yaml';
import type { Fault } from '../text/span.ts';

/** The parser's events, or the first thing that is no YAML. Never throws, whatever the text is. */
export function eventsOf(text: string): {
  readonly events: readonly Event[];
  readonly fault: Fault | undefined;
} {
  try {
    return { events: parseEvents(text, { maxDepth: MAX_DEPTH }), fault: undefined };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { events: [], fault: faultOf(text, error) };
  }
}

/** Kubernetes' own objects are about ten levels deep, pod templates included. */
export const MAX_DEPTH = 100;

function faultOf(text: string, error: YAMLException): Fault {
  const offset = Math.min(error.mark?.position ?? 0, text.length);
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const indentation = /^[ \t]*/u.exec(text.slice(lineStart, offset + 1))?.[0] ?? '';
  if (indentation.includes('\t')) {
    return {
      offset: lineStart + indentation.indexOf('\t'),
      message: 'a tab in the indentation: YAML takes only spaces there',
      hint: 'replace each tab by two spaces',
    };
  }
  return { offset, message: `not valid YAML: ${error.reason}`, hint: '' };
}
