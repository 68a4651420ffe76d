import { unreachable, type Verdict } from '@ringfence/core';
import type { Paint } from '../command-line/paint.ts';
import type { AnswerGroup } from './answer.ts';
import { targetText } from './port-text.ts';
import type { Pair } from './question.ts';

/** How many names one line holds before it says how many more there are. */
const LIMIT = 4;

/** The first line of an answer: the verdict, then which connections it is about. */
export function headline({ questions, evaluation }: AnswerGroup, paint: Paint): string {
  const targets = distinct(questions.map((each) => targetText(each.connection)));
  return pairsHeadline(
    verdictWord(evaluation.verdict, paint),
    questions,
    `, ${targets.join(', ')}`,
  );
}

/** A word about some pairs of ends: who they are, what they connect on, in which families. */
export function pairsHeadline(word: string, pairs: readonly Pair[], on = ''): string {
  const families = distinct(pairs.map((each) => each.family)).filter((each) => each !== 'any');
  const suffix = families.length === 0 ? '' : ` (${families.join(', ')})`;
  return [`${word}  ${endsText(pairs)}${on}${suffix}`, ...notesOn(pairs)].join('\n');
}

/** The verdict as a word that is seen at once. */
export function verdictWord(verdict: Verdict, paint: Paint): string {
  switch (verdict) {
    case 'allow':
      return paint.strong(paint.good('ALLOWED'));
    case 'deny':
      return paint.strong(paint.bad('DENIED'));
    case 'unknown':
      return paint.strong('UNKNOWN');
    default:
      return unreachable(verdict);
  }
}

/** All sources to all destinations where that is what they are; else pair by pair. */
function endsText(pairs: readonly Pair[]): string {
  const from = distinct(pairs.map((each) => each.from.label));
  const to = distinct(pairs.map((each) => each.to.label));
  const names = distinct(pairs.map((each) => `${each.from.label} to ${each.to.label}`));
  if (names.length === from.length * to.length) return `${listed(from)} to ${listed(to)}`;
  return listed(names);
}

function listed(names: readonly string[]): string {
  if (names.length <= LIMIT) return names.join(', ');
  return `${names.slice(0, LIMIT).join(', ')} and ${names.length - LIMIT} more`;
}

/** What an end turned out to be, and which Service it was reached through. */
function notesOn(pairs: readonly Pair[]): readonly string[] {
  const notes = pairs.flatMap(({ from, to }) => {
    const service = to.service;
    const via = service === undefined ? '' : `through Service ${service.namespace}/${service.name}`;
    return [from.note, to.note, via].filter((note) => note !== '');
  });
  return distinct(notes).map((note) => `  (${note})`);
}

function distinct<T extends string>(names: readonly T[]): readonly T[] {
  return [...new Set(names)];
}
