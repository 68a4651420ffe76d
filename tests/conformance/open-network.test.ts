import { missingPrivilege } from '@ringfence/netlink';
import { describe, expect, test } from 'vitest';
import { runFile } from '../../packages/cli/src/scenario/command.ts';
import { liveEngine } from '../../packages/cli/src/scenario/live-engine.ts';
import { merged } from '../../packages/cli/src/scenario/read-objects.ts';
import { formatQuestion, type Outcome } from '../../packages/cli/src/scenario/result.ts';
import { conformanceFiles, exampleFiles } from './scenario-files.ts';

// Nothing enforces policies on the network that these scenarios are staged on. So every connection
// gets through, also those that policy denies: what does not is a fault of the network, and would be
// taken for enforcement.

const missing = missingPrivilege();
const title = missing === undefined ? 'an open network' : `an open network (skipped: ${missing})`;

const files = [...(await conformanceFiles()), ...(await exampleFiles())];
const engine = liveEngine({ topology: 'routed' });

describe.skipIf(missing !== undefined)(title, () => {
  test.each(files)('$name', async ({ source }) => {
    const { checks } = await runFile(source, { engine, base: merged([]) });
    expect(checks.flatMap(({ outcome }) => faultsIn(outcome))).toEqual([]);
  });
});

/** What a scenario finds that an open network does not explain. */
function faultsIn(outcome: Outcome): readonly string[] {
  if (outcome.kind === 'broken') return [outcome.message];
  if (outcome.kind !== 'failed') return [];
  const closed = outcome.mismatches.filter(({ got }) => got !== 'allow');
  return [
    ...outcome.details,
    ...closed.map(({ question, got }) => `${formatQuestion(question)}: ${got}`),
  ];
}
