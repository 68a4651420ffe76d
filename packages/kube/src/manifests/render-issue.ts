import { printable } from '../text/excerpt.ts';
import type { LocatedIssue } from './loaded.ts';
import { nameOf } from './object-ref.ts';

/** Writes an issue for a terminal: where and what, the line at fault, and what to write instead. */
export function renderIssue(issue: LocatedIssue): string {
  const { severity, place, object, message, excerpt, hint } = issue;
  const subject = object === undefined ? '' : `${nameOf(object)}: `;
  const head = `${severity}: ${place.file}:${place.line}:${place.column}: ${subject}${message}`;
  const lines = [printable(head)];
  if (excerpt !== '') lines.push(...excerpt.split('\n').map((line) => `  ${line}`));
  if (hint !== '') lines.push(...hinted(hint));
  return lines.join('\n');
}

function hinted(hint: string): readonly string[] {
  const [first = '', ...rest] = hint.split('\n').map(printable);
  return [`  hint: ${first}`, ...rest.map((line) => (line === '' ? '' : `    ${line}`))];
}
