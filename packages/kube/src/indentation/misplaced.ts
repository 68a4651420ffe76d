import { decode, type Issue, type ObjectRef, refOf, unreachable } from '@ringfence/core';
import type { LocatedIssue } from '../manifests/loaded.ts';
import { locatedAt, type Reading } from '../manifests/reading.ts';
import { readText } from '../read-text.ts';
import type { Document } from '../text/span.ts';
import { contentLines, type Line } from './line.ts';
import { reindent, type Unplaced } from './reindent.ts';
import { shapeOf } from './kind-shape.ts';
import type { Shape } from './shape.ts';

/**
 * Recognises a manifest that lost its indentation when it was copied: below a field without a value
 * stands, not indented, something that belongs inside of it.
 *
 * @param issues what is wrong with the document as it stands.
 * @returns one issue in their place, its hint the document as it was meant where that is certain;
 *   undefined where the indentation is not what is wrong.
 */
export function misplacedIn(
  { reading, document }: { readonly reading: Reading; readonly document: Document },
  issues: readonly LocatedIssue[],
  namespace: string,
): LocatedIssue | undefined {
  const { start, end } = document.span;
  if (end - start > LENGTH_LIMIT) return undefined;
  const lines = contentLines(reading.source.text.slice(start, end));
  const shape = shapeOf(kindIn(lines));
  if (shape === undefined) return undefined;
  const lineNumber = ({ offset }: Line): number => reading.lines.placeOf(start + offset).line;
  const unknown = new Set(
    issues.filter(({ code }) => code === 'unknownField').map(({ place }) => place.line),
  );
  const culprit = firstMisplaced(lines, shape, (line) => unknown.has(lineNumber(line)));
  if (culprit === undefined) return undefined;
  const outcome = reindent(lines, shape);
  const repaired = outcome.kind === 'ok' ? readBack(outcome.value, namespace) : undefined;
  // Below the top a field that is unknown may be anything, unless the repair makes all of it good.
  if (culprit.line.indentation > 0 && repaired?.sound !== true) return undefined;
  const hint =
    outcome.kind === 'failed'
      ? unplacedHint(outcome.error, lineNumber(outcome.error.line))
      : repairedHint(repaired === undefined ? '' : outcome.value);
  const from = start + culprit.line.offset;
  const span = { start: from, end: from + (culprit.line.key?.length ?? 1) };
  return locatedAt(reading, span, {
    issue: { ...issueOf(culprit), hint },
    object: repaired?.ref,
  });
}

/** Longer texts are dumps, which no one copies by hand. */
const LENGTH_LIMIT = 100_000;

interface Culprit {
  readonly line: Line;
  /** The field without a value that it should be inside of. */
  readonly above: Line;
}

function firstMisplaced(
  lines: readonly Line[],
  root: Shape,
  isUnknown: (line: Line) => boolean,
): Culprit | undefined {
  for (const [index, line] of lines.entries()) {
    const above = lines[index - 1];
    const { key } = line;
    if (above?.key === undefined || above.value !== 'nothing') continue;
    if (key === undefined || line.item || line.indentation > above.indentation) continue;
    const foreign =
      line.indentation === 0
        ? root.kind === 'fields' && root.fieldOf(key) === undefined
        : isUnknown(line);
    if (foreign) return { line, above };
  }
  return undefined;
}

function issueOf({ line, above }: Culprit): Issue {
  return {
    code: 'misplaced',
    severity: 'error',
    path: [],
    at: 'value',
    message:
      `this manifest lost its indentation: \`${above.key ?? ''}\` is empty, ` +
      `and \`${line.key ?? ''}\`, which belongs inside, stands beside it`,
    hint: '',
  };
}

function repairedHint(text: string): string {
  return text === '' ? 'indent it by hand' : `indented, it is:\n${text.trimEnd()}`;
}

function unplacedHint({ line, places }: Unplaced, lineNumber: number): string {
  const which = `line ${lineNumber}, \`${line.text}\`,`;
  const where =
    places.length === 0
      ? 'fits nowhere'
      : `may belong to ${places.map((place) => (place === '' ? 'the top' : `\`${place}\``)).join(' or to ')}`;
  return `indent it by hand: ${which} ${where}`;
}

interface Repaired {
  readonly ref: ObjectRef | undefined;
  /** Nothing is wrong with it any more. */
  readonly sound: boolean;
}

/** Reads the repaired text; undefined where that is no YAML, for what its single lines hold. */
function readBack(text: string, namespace: string): Repaired | undefined {
  const [document] = readText(text);
  if (document === undefined || document.faults.length > 0) return undefined;
  const decoded = decode(document.value, { namespace, reading: 'strict' });
  switch (decoded.kind) {
    case 'object':
      return { ref: refOf(decoded.object), sound: true };
    case 'invalid':
      return { ref: decoded.ref, sound: false };
    case 'otherKind':
      return { ref: undefined, sound: false };
    default:
      return unreachable(decoded);
  }
}

function kindIn(lines: readonly Line[]): string {
  const line = lines.find(({ key, indentation }) => key === 'kind' && indentation === 0);
  return /:\s*["']?([^\s"'#]*)/u.exec(line?.text ?? '')?.[1] ?? '';
}
