import { unreachable } from '@ringfence/core';
import { printable, renderIssue } from '@ringfence/kube';
import { type CheckResult, type FileResult, titleOf } from '../result.ts';
import { failureLines } from './text.ts';

/** Test Anything Protocol, version 13: one line for each check, what is wrong as comments below. */
export function reportTap(results: readonly FileResult[]): string {
  const points = results.flatMap(pointsOf);
  const lines = points.flatMap(({ ok, name, comments }, index) => [
    `${ok ? 'ok' : 'not ok'} ${index + 1} - ${name}`,
    ...comments.flatMap((comment) => comment.split('\n')).map((comment) => `# ${comment}`),
  ]);
  return `${['TAP version 13', `1..${points.length}`, ...lines.map(printable)].join('\n')}\n`;
}

interface Point {
  readonly ok: boolean;
  readonly name: string;
  readonly comments: readonly string[];
}

function pointsOf({ file, issues, checks }: FileResult): readonly Point[] {
  const points = checks.map((check) => pointOf(file, check));
  if (issues.length === 0) return points;
  const comments = issues.flatMap((issue) => renderIssue(issue).split('\n'));
  return [{ ok: false, name: plain(`${file} can be used`), comments }, ...points];
}

function pointOf(file: string, check: CheckResult): Point {
  const { because, outcome } = check;
  const title = plain(`${file}:${check.place.line} ${titleOf(check)}`);
  const reason = because === '' ? [] : [`because: ${because}`];
  switch (outcome.kind) {
    case 'passed':
      return { ok: true, name: title, comments: [] };
    case 'skipped':
      return { ok: true, name: `${title} # SKIP ${plain(outcome.reason)}`, comments: [] };
    case 'broken':
      return { ok: false, name: title, comments: outcome.message.split('\n') };
    case 'failed':
      return { ok: false, name: title, comments: [...reason, ...failureLines(outcome)] };
    default:
      return unreachable(outcome);
  }
}

/** A hash begins a directive, a line's end ends the point. */
function plain(text: string): string {
  return text.replaceAll('#', '\\#').replaceAll('\n', ' ');
}
