import { styleText } from 'node:util';

/** How many checks or tests ended in which way. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** One check, or the tests of one folder, when it is over. */
export interface Outcome {
  readonly name: string;
  readonly counts: Counts;
  readonly durationMs: number;
  /** What the check printed; shown only when it failed. */
  readonly output: string;
}

/** Adds counts up. */
export function total(all: readonly Counts[]): Counts {
  return all.reduce(
    (sum, counts) => ({
      passed: sum.passed + counts.passed,
      failed: sum.failed + counts.failed,
      skipped: sum.skipped + counts.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** Renders the closing line of `npm test`. */
export function summary({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Renders an outcome as one line, followed by the output of what failed. */
export function outcomeLine(outcome: Outcome): string {
  const { counts, name, output } = outcome;
  const failed = counts.failed > 0;
  const seconds = `${(outcome.durationMs / 1000).toFixed(1)} s`;
  const result = failed ? coloured('red', 'failed') : coloured('green', 'passed');
  const several = counts.passed + counts.failed + counts.skipped > 1;
  const line = `${name.padEnd(24)}${seconds.padStart(8)}  ${result}${several ? `  ${summary(counts)}` : ''}`;
  return failed && output !== '' ? `${line}\n${indented(output)}` : line;
}

function coloured(colour: 'red' | 'green', text: string): string {
  return process.stdout.isTTY ? styleText(colour, text) : text;
}

function indented(text: string): string {
  return text.trimEnd().replaceAll(/^(?=.)/gm, '  ');
}
