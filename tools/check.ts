/**
 * Runs every check of the repository and counts: `npm test`.
 *
 * With arguments only the tests whose path contains one of them are run: `npm test -- core`.
 * The last line is always `N passed, N failed, N skipped`.
 */
import { STATIC_CHECKS } from './check/static-checks.ts';
import { runStaticChecks } from './check/run-static-checks.ts';
import { runTests } from './check/run-tests.ts';
import { outcomeLine, summary, total } from './check/report.ts';

const filters = process.argv.slice(2);
const print = (text: string): void => void process.stdout.write(`${text}\n`);

const staticCounts =
  filters.length === 0
    ? await runStaticChecks(STATIC_CHECKS, (outcome) => print(outcomeLine(outcome)))
    : [];
const tests = await runTests(filters, (outcome) => print(outcomeLine(outcome)));
if (tests.skipped.length > 0) print('\nskipped:');
for (const { title, reason } of tests.skipped) print(`  ${title}: ${reason}`);
const counts = total([...staticCounts, tests.counts]);
print(`\n${summary(counts)}`);
// vitest keeps handles open now and then; everything has been said.
process.exit(counts.failed === 0 ? 0 : 1);
