import { expect, test } from 'vitest';
import { outcomeLine, type Outcome, summary, total } from './report.ts';
import { runStaticChecks } from './run-static-checks.ts';

const PASSED = { passed: 1, failed: 0, skipped: 0 };
const FAILED = { passed: 0, failed: 1, skipped: 0 };

test('the closing line counts everything', () => {
  expect(summary(total([PASSED, FAILED, { passed: 5, failed: 0, skipped: 2 }]))).toBe(
    '6 passed, 1 failed, 2 skipped',
  );
  expect(summary(total([]))).toBe('0 passed, 0 failed, 0 skipped');
});

/** Each line: the reason, the counts, the output, and what is printed. */
test.each([
  ['a check that passed keeps quiet', PASSED, 'noise', 'lint                       1.5 s  passed'],
  [
    'one that failed is heard',
    FAILED,
    'a\n\nb\n',
    'lint                       1.5 s  failed\n  a\n\n  b',
  ],
  [
    'several are counted',
    { passed: 2, failed: 0, skipped: 1 },
    '',
    'lint                       1.5 s  passed  2 passed, 0 failed, 1 skipped',
  ],
])('%s', (_reason, counts, output, expected) => {
  expect(outcomeLine({ name: 'lint', counts, durationMs: 1_499, output })).toBe(expected);
});

test('a check fails when one of its programs fails or cannot be started', async () => {
  const outcomes: Outcome[] = [];
  const counts = await runStaticChecks(
    [
      { name: 'good', commands: [['tsc', '--version']] },
      {
        name: 'bad',
        commands: [
          ['tsc', '--version'],
          ['tsc', '--no-such-flag'],
        ],
      },
      { name: 'absent', commands: [['no-such-program']] },
    ],
    (outcome) => outcomes.push(outcome),
  );
  expect(counts).toEqual([PASSED, FAILED, FAILED]);
  const outputs = new Map(outcomes.map(({ name, output }) => [name, output]));
  expect(outputs.get('good')).toBe('');
  expect(outputs.get('bad')).toContain('no-such-flag');
  expect(outputs.get('absent')).toContain('no-such-program');
});
