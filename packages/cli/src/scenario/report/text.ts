import { printable, renderIssue } from '@ringfence/kube';
import type { Paint } from '../../command-line/paint.ts';
import { explain } from '../findings.ts';
import {
  type CheckResult,
  type FileResult,
  formatQuestion,
  type Mismatch,
  type Outcome,
  type Tally,
  tallyOf,
  titleOf,
} from '../result.ts';

/** For people: one line for each file, below it what did not hold, and the sum. */
export function reportText(results: readonly FileResult[], paint: Paint): string {
  const lines = results.flatMap((result) => fileLines(result, paint));
  return `${[...lines, '', summaryOf(tallyOf(results), results.length)].join('\n')}\n`;
}

function fileLines(result: FileResult, paint: Paint): readonly string[] {
  const { file, title, issues, checks } = result;
  const bad = issues.length > 0 || checks.some((check) => isBad(check.outcome));
  const mark = bad ? paint.bad('FAIL') : paint.good('ok  ');
  const name = printable(title === file ? file : `${file}: ${title}`);
  return [
    `${mark} ${paint.strong(name)}`,
    ...indented(issues.flatMap((issue) => renderIssue(issue).split('\n'))),
    ...indented(checks.flatMap((check) => checkLines(check, paint))),
  ];
}

function isBad({ kind }: Outcome): boolean {
  return kind === 'failed' || kind === 'broken';
}

function checkLines(check: CheckResult, paint: Paint): readonly string[] {
  const { because, outcome } = check;
  if (outcome.kind === 'passed') return [];
  const place = `${check.place.file}:${check.place.line}`;
  if (outcome.kind === 'skipped') {
    return [printable(`skipped ${titleOf(check)}: ${outcome.reason}`)];
  }
  const head = `${paint.bad(outcome.kind)} ${place}: ${printable(titleOf(check))}`;
  if (outcome.kind === 'broken') return [head, ...indented(outcome.message.split('\n'))];
  const reason = because === '' ? [] : `because: ${because}`.split('\n').map(printable);
  return [head, ...indented([...reason, ...failureLines(outcome)])];
}

/** How many wrong connections of one check are shown. */
const SHOWN = 5;

/** What is wrong with a failed check, line by line: also for machines that show text to people. */
export function failureLines({
  mismatches,
  details,
}: Extract<Outcome, { readonly kind: 'failed' }>): readonly string[] {
  const hidden = mismatches.length - SHOWN;
  return [
    ...mismatches.slice(0, SHOWN).flatMap(mismatchLines),
    ...(hidden > 0 ? [`and ${hidden} more connections`] : []),
    ...details.flatMap((detail) => detail.split('\n')),
  ];
}

function mismatchLines(mismatch: Mismatch): readonly string[] {
  const { question, want, got } = mismatch;
  const head = `${formatQuestion(question)}: want ${want}, got ${got}`;
  return [head, ...indented(explain(mismatch))];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

function summaryOf(tally: Tally, files: number): string {
  const { passed, failed, skipped, broken, questions } = tally;
  const counts = [`${passed} passed`, `${failed} failed`, `${skipped} skipped`];
  if (broken > 0) counts.push(`${broken} unusable`);
  return `${counts.join(', ')} (${plural(questions, 'connection')} in ${plural(files, 'file')})`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
