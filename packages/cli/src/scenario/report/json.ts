import { formatPath, unreachable } from '@ringfence/core';
import type { LocatedIssue } from '@ringfence/kube';
import { explain } from '../findings.ts';
import { type CheckResult, type FileResult, type Mismatch, tallyOf } from '../result.ts';

/** For programs: every check with its outcome. The fields are documented in docs/scenarios.md. */
export function reportJson(results: readonly FileResult[]): string {
  const answer = { files: results.map(fileOf), ...tallyOf(results) };
  return `${JSON.stringify(answer, null, 2)}\n`;
}

function fileOf({ file, title, issues, checks }: FileResult): object {
  return { file, title, issues: issues.map(issueOf), checks: checks.map(checkOf) };
}

function issueOf({ code, place, path, message, hint }: LocatedIssue): object {
  return { code, ...place, path: formatPath(path), message, hint };
}

function checkOf({ name, step, place, because, outcome }: CheckResult): object {
  const head = { name, step, line: place.line, because, outcome: outcome.kind };
  switch (outcome.kind) {
    case 'passed':
      return { ...head, questions: outcome.questions };
    case 'skipped':
      return { ...head, reason: outcome.reason };
    case 'broken':
      return { ...head, message: outcome.message };
    case 'failed': {
      const { questions, mismatches, details } = outcome;
      return { ...head, questions, mismatches: mismatches.map(mismatchOf), details };
    }
    default:
      return unreachable(outcome);
  }
}

function mismatchOf(mismatch: Mismatch): object {
  const { question, want, got } = mismatch;
  return { ...question, want, got, findings: explain(mismatch) };
}
