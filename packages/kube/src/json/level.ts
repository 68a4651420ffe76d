import type { Path } from '@ringfence/core';
import type { Duplicate, Found, Span } from '../text/span.ts';
import { measure, skipSpace, skipString } from './structure.ts';

/**
 * The fields or items of one value, those below them skipped: a path is followed level by level, so
 * that a question about one object of a dump makes no tree of the others. Of fields with one name the
 * last one counts, as in the value.
 */
type Level = ReadonlyMap<string | number, Member>;

interface Member {
  readonly step: string | number;
  readonly key: Span | undefined;
  readonly value: Span;
}

/** Answers questions about a text of valid JSON, remembering the levels that it has seen. */
export function levelsOf(text: string): {
  find(root: Span, path: Path): Found;
  duplicates(root: Span): readonly Duplicate[];
} {
  const seen = new Map<number, Level>();
  const levelAt = (span: Span): Level => {
    let level = seen.get(span.start);
    if (level === undefined) {
      const members = membersOf(text, span);
      level = new Map(members.map((member) => [member.step, member]));
      seen.set(span.start, level);
    }
    return level;
  };
  return {
    find(root, path) {
      let found: Found = { steps: 0, key: undefined, value: root };
      let span = root;
      for (const [index, step] of path.entries()) {
        const member = levelAt(span).get(step);
        if (member === undefined) return found;
        found = { steps: index + 1, key: member.key, value: member.value };
        span = member.value;
      }
      return found;
    },
    duplicates: (root) => duplicatesBelow(text, root, []),
  };
}

function duplicatesBelow(text: string, span: Span, path: Path): readonly Duplicate[] {
  const first = new Map<string | number, Span>();
  return membersOf(text, span).flatMap(({ step, key, value }) => {
    const below = [...path, step];
    const deeper = duplicatesBelow(text, value, below);
    if (key === undefined) return deeper;
    const before = first.get(step);
    if (before === undefined) {
      first.set(step, key);
      return deeper;
    }
    return [{ path: below, first: before, again: key }, ...deeper];
  });
}

function membersOf(text: string, span: Span): readonly Member[] {
  const opening = text[span.start];
  if (opening !== '{' && opening !== '[') return [];
  const members: Member[] = [];
  let position = skipSpace(text, span.start + 1);
  while (position < span.end - 1) {
    let step: string | number = members.length;
    let key: Span | undefined;
    if (opening === '{') {
      key = { start: position, end: skipString(text, position) };
      step = String(JSON.parse(text.slice(key.start, key.end)));
      // Over the colon to the value.
      position = skipSpace(text, skipSpace(text, key.end) + 1);
    }
    const value = { start: position, end: measure(text, position).end };
    members.push({ step, key, value });
    // Over the comma to the next.
    position = skipSpace(text, skipSpace(text, value.end) + 1);
  }
  return members;
}
