import { dirname } from 'node:path';
import { renderIssue } from '@ringfence/kube';
import { describe, expect, test } from 'vitest';
import { runFile } from '../../packages/cli/src/scenario/command.ts';
import { EVALUATOR } from '../../packages/cli/src/scenario/engine.ts';
import { merged } from '../../packages/cli/src/scenario/read-objects.ts';
import { failureLines } from '../../packages/cli/src/scenario/report/text.ts';
import { type Outcome, titleOf } from '../../packages/cli/src/scenario/result.ts';
import { COVERAGE } from './coverage.ts';
import { conformanceFiles, exampleFiles } from './scenario-files.ts';
import { TRACER } from './tracer-engine.ts';

/** The same scenarios, asked of every engine that there is. */
const ENGINES = [EVALUATOR, TRACER];

const files = await conformanceFiles();
const all = [...files, ...(await exampleFiles())];

describe.each(ENGINES)('$name', (engine) => {
  describe.each(all)('$name', async ({ source }) => {
    const { title, issues, checks } = await runFile(source, { engine, base: merged([]) });
    test(title, () => {
      expect(issues.map(renderIssue)).toEqual([]);
      expect(checks).not.toEqual([]);
    });
    test.each(checks.map((check) => [titleOf(check), check.because, check.outcome] as const))(
      '%s (%s)',
      (_title, because, outcome) => {
        expect(problemsOf(outcome), because).toEqual([]);
      },
    );
  });
});

/** Whatever was not answered as expected; what an engine cannot be asked is for others to answer. */
function problemsOf(outcome: Outcome): readonly string[] {
  if (outcome.kind === 'passed') return [];
  if (outcome.kind === 'failed') return failureLines(outcome);
  return outcome.kind === 'broken' ? [outcome.message] : [];
}

// The coverage table and the folders say the same.
describe('coverage', () => {
  const counts = new Map<string, number>();
  for (const { name } of files) {
    const topic = dirname(name);
    if (!topic.startsWith('guides')) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  }
  test.each([...COVERAGE])('%s holds at least %i scenarios', (topic, least) => {
    expect(counts.get(topic) ?? 0).toBeGreaterThanOrEqual(least);
  });
  test('every folder of scenarios is in the table', () => {
    expect([...counts.keys()].filter((topic) => !COVERAGE.has(topic))).toEqual([]);
  });
});
