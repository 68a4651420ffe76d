import { startVitest } from 'vitest/node';
import type { Counts, Outcome } from './report.ts';
import { countingReporter, type Skipped } from './counting-reporter.ts';

/** All tests, when they are over. */
export interface TestRun {
  readonly counts: Counts;
  readonly skipped: readonly Skipped[];
}

/**
 * Runs the tests whose path contains one of the filters (all, where there is none), and tells of
 * each folder when its last test is over. vitest itself prints what failed.
 */
export async function runTests(
  filters: readonly string[],
  report: (outcome: Outcome) => void,
): Promise<TestRun> {
  const { reporter, result } = countingReporter(report);
  const vitest = await startVitest('test', [...filters], {
    run: true,
    watch: false,
    reporters: ['minimal', reporter],
    // Many tests wait for packets that never come: two of them wait at the same time.
    maxWorkers: 2,
  });
  await vitest.close();
  return result();
}
