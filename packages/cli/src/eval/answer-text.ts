import {
  blockYaml,
  type Cluster,
  type Direction,
  type Evaluation,
  formatPath,
  type PolicyManifest,
  necessaryRules,
  type RuleRef,
  type Suggestion,
  suggestAllowance,
} from '@ringfence/core';
import type { Paint } from '../command-line/paint.ts';
import { labelOfPod } from '../ends/spelling.ts';
import type { AnswerGroup } from './answer.ts';
import { headline } from './headline.ts';
import { findingText, placeText, type Pointer, policyName } from './finding-text.ts';
import { nearMisses } from './near-miss.ts';
import { type Places, rulePath } from './place.ts';
import type { Pair, Question } from './question.ts';
import { unknownText } from './unknown-text.ts';

/** What explanations are written with. */
export interface Telling {
  readonly cluster: Cluster;
  readonly places: Places;
  readonly paint: Paint;
}

/** Where explanations begin, below the names of the directions. */
const MARGIN = 11;

/** Explains one answer, as a person would: the verdict, the reason of each direction, what to do. */
export function answerText(group: AnswerGroup, telling: Telling): string {
  const [question] = group.questions;
  if (question === undefined) throw new Error('a group of answers has a question');
  const { evaluation, questions } = group;
  const told = (direction: Direction): string => {
    const near = nearMisses({ ...telling, question }, direction, evaluation[direction]);
    return directionText(direction, { evaluation, pairs: questions }, telling, near);
  };
  const blocks = [headline(group, telling.paint), told('egress'), told('ingress')];
  const advice = adviceText(question, group, telling);
  return `${[blocks.join('\n'), ...advice].join('\n\n')}\n`;
}

/** One direction of an answer: a sentence, and below it the places that it rests on. */
export function directionText(
  direction: Direction,
  answer: { readonly pairs: readonly Pair[]; readonly evaluation: Evaluation },
  { cluster, places, paint }: Telling,
  near: readonly Pointer[] = [],
): string {
  const ends = answer.pairs.map(({ from, to }) => (direction === 'egress' ? from : to).label);
  const [first = ''] = ends;
  const many = direction === 'egress' ? 'of the sources' : 'of the destinations';
  const subject = ends.every((end) => end === first)
    ? { each: first, any: first }
    : { each: `each ${many}`, any: `any ${many}` };
  const missing = answer.pairs[0] === undefined ? '' : unknownText(cluster, answer.pairs[0]);
  const context = { direction, subject, missing, places, paint };
  const { sentence, pointers } = findingText(answer.evaluation[direction], context);
  const lines = aligned([...pointers, ...near.map(almost)]);
  const indent = ' '.repeat(MARGIN);
  return [
    `  ${direction.padEnd(MARGIN - 2)}${sentence}`,
    ...lines.map((line) => `${indent}${line}`),
  ].join('\n');
}

function almost({ place, what }: Pointer): Pointer {
  return { place, what: `nearly: ${what}` };
}

/** Places in one column, what is there in the next. */
function aligned(pointers: readonly Pointer[]): readonly string[] {
  const places = pointers.map(({ place }) => placeText(place));
  const width = Math.max(0, ...places.map((place) => place.length));
  return pointers.map(({ what }, index) =>
    width === 0 ? what : `${(places[index] ?? '').padEnd(width)}  ${what}`,
  );
}

function adviceText(
  question: Question,
  { evaluation }: AnswerGroup,
  telling: Telling,
): readonly string[] {
  if (evaluation.verdict === 'deny') return denialAdvice(question, telling);
  if (evaluation.verdict === 'allow') return allowanceAdvice(question, telling);
  return [];
}

function allowanceAdvice(question: Question, { cluster, places }: Telling): readonly string[] {
  const { egress, ingress } = necessaryRules(cluster, question.connection);
  const pointers = [...restsOn(egress, places), ...restsOn(ingress, places)];
  if (pointers.length === 0) return [];
  const which = pointers.length === 1 ? 'this rule' : 'these rules';
  return [[`It rests on ${which}:`, ...aligned(pointers).map((line) => `  ${line}`)].join('\n')];
}

function restsOn(rules: readonly RuleRef[], places: Places): readonly Pointer[] {
  return rules.map((ref) => {
    const alone =
      rules.length === 1 ? 'denied without it' : `one of ${rules.length}, each is enough`;
    const path = rulePath(ref);
    const what = `${policyName(ref.policy)}, ${formatPath(path)}: ${alone}`;
    return { place: places.of(ref.policy, path), what };
  });
}

function denialAdvice(question: Question, { cluster }: Telling): readonly string[] {
  const suggestions = suggestAllowance(cluster, question.connection);
  if (suggestions.length === 0) {
    return ['No policy that could be added would allow it: the rule that denies comes first.'];
  }
  const which = suggestions.length === 1 ? 'This policy' : 'These policies';
  const manifests = suggestions.map(suggestionText);
  return [`${which} would allow it:`, manifests.join('---\n').trimEnd()];
}

function suggestionText(suggestion: Suggestion): string {
  const { manifest, alsoSubjects, newlyIsolated } = suggestion;
  const notes: string[] = [];
  const also = podList(alsoSubjects);
  if (also !== '') notes.push(`# It also selects ${also}.`);
  const newly = podList(newlyIsolated);
  if (newly !== '') notes.push(`# Careful: it isolates ${newly}, which nothing isolates now.`);
  const yaml = `${blockYaml(manifest satisfies PolicyManifest)}\n`;
  return notes.length === 0 ? yaml : `${notes.join('\n')}\n${yaml}`;
}

function podList(pods: Suggestion['alsoSubjects']): string {
  const names = pods.map(labelOfPod).sort();
  return names.length > 5
    ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`
    : names.join(', ');
}
