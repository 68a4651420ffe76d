import { formatPath, type Path } from '@ringfence/core';
import { type LocatedDocument, type LocatedIssue, renderIssue } from '@ringfence/kube';
import type { ReadObjects } from './read-objects.ts';
import type { CheckResult, Outcome } from './result.ts';
import type { Complaint, Scenario } from './scenario.ts';

/**
 * Holds what reading the manifests complained about against what it must complain about: each entry
 * of `refused` matches an error and each error is matched; each entry of `warned` matches a warning.
 */
export function checkComplaints(
  scenario: Scenario,
  document: LocatedDocument,
  read: ReadObjects,
): readonly CheckResult[] {
  const check = (name: string, at: Path, outcome: Outcome): CheckResult => {
    return { name, step: '', place: document.placeOf(at), because: '', outcome };
  };
  const { refused, warned } = scenario;
  const refusals = refused.map((complaint, index) =>
    check(`refused: ${describe(complaint)}`, ['refused', index], held(complaint, read.errors)),
  );
  const warnings = warned.map((complaint, index) =>
    check(`warned: ${describe(complaint)}`, ['warned', index], held(complaint, read.warnings)),
  );
  if (refused.length === 0) return warnings;
  const stray = read.errors.filter((issue) => !refused.some((it) => matches(it, issue)));
  const nothingElse: Outcome =
    stray.length === 0
      ? { kind: 'passed', questions: 0 }
      : { kind: 'failed', questions: 0, mismatches: [], details: stray.map(renderIssue) };
  return [...refusals, check('nothing else is refused', ['refused'], nothingElse), ...warnings];
}

function held(complaint: Complaint, issues: readonly LocatedIssue[]): Outcome {
  if (issues.some((issue) => matches(complaint, issue))) return { kind: 'passed', questions: 0 };
  const given = issues.length === 0 ? ['there was no complaint'] : issues.map(renderIssue);
  return { kind: 'failed', questions: 0, mismatches: [], details: given };
}

function matches({ path, message, hint, line }: Complaint, issue: LocatedIssue): boolean {
  return (
    (path === undefined || path === formatPath(issue.path)) &&
    (message === undefined || issue.message.includes(message)) &&
    (hint === undefined || issue.hint.includes(hint)) &&
    (line === undefined || line === issue.place.line)
  );
}

function describe({ path, message, hint, line }: Complaint): string {
  const parts = [
    path,
    message,
    hint === undefined ? undefined : `hint \`${hint}\``,
    line === undefined ? undefined : `line ${line}`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}
