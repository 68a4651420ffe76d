import { isBlank } from '../text/blank.ts';
import type { Span } from '../text/span.ts';

/** A `List` document cut into its items, and what is left without them. */
export interface SplitList {
  /** Each begins with its dash. */
  readonly items: readonly Span[];
  /** All of the items, without the `items:` line. */
  readonly body: Span;
}

/**
 * Cuts the document where the items of its top-level `items:` begin, so that a dump of a whole
 * cluster, which is one document, need not be held as one tree.
 *
 * Only the indentation is looked at: below `items:` at column 0 a line with a dash at the first
 * dash's column is an item, because everything inside of an item is indented further.
 */
export function splitListItems(text: string): SplitList | undefined {
  const head = /^items:[ \t]*\r?\n( *)-(?=[ \r\n])/mu.exec(text);
  if (head === null) return undefined;
  const indent = head[1]?.length ?? 0;
  const body = head.index + head[0].length - indent - 1;
  const starts: number[] = [];
  let at = body;
  for (; at < text.length; at = nextLine(text, at)) {
    const first = indentationEnd(text, at, indent);
    const code = text.charCodeAt(first);
    if (first === at + indent && code === DASH && isBlank(text.charCodeAt(first + 1))) {
      starts.push(at);
    } else if (first - at <= indent && !isBlank(code) && code !== HASH) {
      break;
    }
  }
  const end = Math.min(at, text.length);
  const items = starts.map((start, index) => ({ start, end: starts[index + 1] ?? end }));
  return { items, body: { start: body, end } };
}

const DASH = 45;
const HASH = 35;

function nextLine(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline === -1 ? text.length : newline + 1;
}

/** The first character that is no space; looks no further than one beyond `limit`. */
function indentationEnd(text: string, from: number, limit: number): number {
  let at = from;
  while (at - from <= limit && text.charCodeAt(at) === 32) at += 1;
  return at;
}
