import { unreachable } from '@ringfence/core';
import { renderIssue } from '@ringfence/kube';
import { type CheckResult, type FileResult, tallyOf, titleOf } from '../result.ts';
import { failureLines } from './text.ts';

/** JUnit XML, as build servers read it: one suite for each file, one case for each check. */
export function reportJunit(results: readonly FileResult[]): string {
  const suites = results.map(suiteOf);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="ringfence"${counts(results)}>\n${suites.join('')}</testsuites>\n`;
}

function suiteOf(result: FileResult): string {
  const { file, title, issues, checks } = result;
  const cases = checks.map((check) => caseOf(file, check));
  if (issues.length > 0) {
    const text = issues.map(renderIssue).join('\n');
    cases.unshift(element({ file, name: 'the file can be used', line: 1 }, 'error', text));
  }
  return `  <testsuite name="${escaped(title)}" file="${escaped(file)}"${counts([result])}>\n${cases.join('')}  </testsuite>\n`;
}

function counts(results: readonly FileResult[]): string {
  const { passed, failed, skipped, broken } = tallyOf(results);
  const tests = passed + failed + skipped + broken;
  return ` tests="${tests}" failures="${failed}" errors="${broken}" skipped="${skipped}"`;
}

function caseOf(file: string, check: CheckResult): string {
  const { because, outcome } = check;
  const at = { file, name: titleOf(check), line: check.place.line };
  switch (outcome.kind) {
    case 'passed':
      return element(at, '', '');
    case 'skipped':
      return element(at, 'skipped', outcome.reason);
    case 'broken':
      return element(at, 'error', outcome.message);
    case 'failed': {
      const reason = because === '' ? [] : [`because: ${because}`];
      return element(at, 'failure', [...failureLines(outcome), ...reason].join('\n'));
    }
    default:
      return unreachable(outcome);
  }
}

/** The first line is the message; the whole text is the body. */
function element(
  { file, name, line }: { readonly file: string; readonly name: string; readonly line: number },
  outcome: '' | 'skipped' | 'error' | 'failure',
  text: string,
): string {
  const head = `    <testcase classname="${escaped(file)}" name="${escaped(name)}" line="${line}"`;
  if (outcome === '') return `${head}/>\n`;
  const [message = ''] = text.split('\n');
  return `${head}>\n      <${outcome} message="${escaped(message)}">${escaped(text)}</${outcome}>\n    </testcase>\n`;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

/** Without the control characters that XML cannot hold. */
function escaped(text: string): string {
  return text
    .replaceAll(/[&<>"]/gu, (character) => ENTITIES.get(character) ?? '')
    .replaceAll(/[^\P{Cc}\t\n]/gu, '\uFFFD');
}
