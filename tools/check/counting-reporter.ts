import path from 'node:path';
import type { TestModule, TestSpecification } from 'vitest/node';
import type { Reporter } from 'vitest/reporters';
import { type Counts, type Outcome, total } from './report.ts';

/** A test that did not run, and why. */
export interface Skipped {
  readonly title: string;
  readonly reason: string;
}

/** A reporter for vitest, and what it has counted when the run is over. */
export interface CountingReporter {
  readonly reporter: Reporter;
  result(): { readonly counts: Counts; readonly skipped: readonly Skipped[] };
}

/**
 * Counts tests, and reports each folder (`packages/core`, `tests/conformance`) as soon as none of
 * its files is still to come.
 *
 * What broke outside of a test counts as failed too: a file that could not be loaded, an error
 * that nobody caught, a run without any test.
 */
export function countingReporter(report: (outcome: Outcome) => void): CountingReporter {
  const pending = new Map<string, number>();
  const finished = new Map<string, TestModule[]>();
  const skipped: Skipped[] = [];
  const counts: Counts[] = [];

  function onTestRunStart(specifications: readonly TestSpecification[]): void {
    for (const { moduleId } of specifications) {
      pending.set(folderOf(moduleId), (pending.get(folderOf(moduleId)) ?? 0) + 1);
    }
  }

  function onTestModuleEnd(module: TestModule): void {
    const name = folderOf(module.moduleId);
    const modules = [...(finished.get(name) ?? []), module];
    finished.set(name, modules);
    if (modules.length < (pending.get(name) ?? 0)) return;
    const folder = {
      name,
      counts: total(modules.map(countsOf)),
      durationMs: modules.reduce((sum, each) => sum + each.diagnostic().duration, 0),
      output: '',
    };
    counts.push(folder.counts);
    skipped.push(...modules.flatMap(skippedIn));
    report(folder);
  }

  function onTestRunEnd(modules: readonly TestModule[], uncaught: readonly unknown[]): void {
    const broken = uncaught.length + (modules.length === 0 ? 1 : 0);
    counts.push({ passed: 0, failed: broken, skipped: 0 });
  }

  return {
    reporter: { onTestRunStart, onTestModuleEnd, onTestRunEnd },
    result: () => ({ counts: total(counts), skipped }),
  };
}

function folderOf(file: string): string {
  return path.relative(process.cwd(), file).split(path.sep).slice(0, 2).join('/');
}

function countsOf(module: TestModule): Counts {
  const states = [...module.children.allTests()].map((test) => test.result().state);
  const count = (state: string): number => states.filter((each) => each === state).length;
  // A test that was still to come when the run ended has not passed.
  const failed = count('failed') + count('pending');
  const broken = failed === 0 && module.state() === 'failed' ? 1 : 0;
  return { passed: count('passed'), failed: failed + broken, skipped: count('skipped') };
}

function skippedIn(module: TestModule): readonly Skipped[] {
  return [...module.children.allTests('skipped')].map((test) => {
    const result = test.result();
    const note = result.state === 'skipped' ? result.note : undefined;
    return { title: `${module.relativeModuleId}: ${test.fullName}`, reason: note ?? 'no reason' };
  });
}
