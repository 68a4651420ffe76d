import { missingPrivilege } from '@ringfence/netlink';
import { describe, expect, test } from 'vitest';
import { runFile } from '../../packages/cli/src/scenario/command.ts';
import { engineOn } from '../../packages/cli/src/scenario/live-engine.ts';
import { merged } from '../../packages/cli/src/scenario/read-objects.ts';
import { failureLines } from '../../packages/cli/src/scenario/report/text.ts';
import type { Outcome } from '../../packages/cli/src/scenario/result.ts';
import { conformanceFiles, exampleFiles } from '../conformance/scenario-files.ts';
import { makeEnforcedLab } from './enforced-lab.ts';

// Every scenario once more, with packets, on kernels that agents hold to the policies.

const missing = missingPrivilege();

const files = [...(await conformanceFiles()), ...(await exampleFiles())];

const SITES = [
  { topology: 'routed', nodes: 2 },
  { topology: 'bridge', nodes: 2 },
  { topology: 'routed', nodes: 1 },
  { topology: 'bridge', nodes: 1 },
] as const;

describe.skipIf(missing !== undefined).each(SITES)(
  missing === undefined
    ? 'the kernel, $topology, with $nodes nodes'
    : `the kernel, $topology, with $nodes nodes (skipped: ${missing})`,
  (site) => {
    const engine = engineOn(({ ownNodeEgress }) => {
      const { lab, problems, settled, close } = makeEnforcedLab({ ...site, ownNodeEgress });
      const errors: string[] = [];
      const settle = async (): Promise<readonly string[]> => {
        await settled();
        return problems;
      };
      return {
        place: Promise.resolve({ lab, settle, stop: close }),
        errors,
        clean: () => undefined,
      };
    });
    test.concurrent.each(files)('$name', async ({ source }) => {
      const { checks } = await runFile(source, { engine, base: merged([]) });
      expect(checks.flatMap(({ outcome }) => problemsOf(outcome))).toEqual([]);
    });
  },
);

function problemsOf(outcome: Outcome): readonly string[] {
  if (outcome.kind === 'failed') return failureLines(outcome);
  return outcome.kind === 'broken' ? [outcome.message] : [];
}
