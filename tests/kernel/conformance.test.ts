import type { Source } from '@ringfence/kube';
import { missingPrivilege } from '@ringfence/netlink';
import { describe, expect, test } from 'vitest';
import { runFile } from '../../packages/cli/src/scenario/command.ts';
import { type Engine, EVALUATOR } from '../../packages/cli/src/scenario/engine.ts';
import { engineOn } from '../../packages/cli/src/scenario/live-engine.ts';
import { merged } from '../../packages/cli/src/scenario/read-objects.ts';
import { failureLines } from '../../packages/cli/src/scenario/report/text.ts';
import type { Outcome } from '../../packages/cli/src/scenario/result.ts';
import { conformanceFiles, exampleFiles } from '../conformance/scenario-files.ts';
import { makeEnforcedLab } from './enforced-lab.ts';

// Every scenario once more, with packets, on kernels that agents hold to the policies.

const missing = missingPrivilege();

const files = [...(await conformanceFiles()), ...(await exampleFiles())];

/** Most bring nodes of their own: for the others, pods are together on one node or spread over two. */
const nodeless = [];
for (const file of files) if (!(await bringsNodes(file.source))) nodeless.push(file);

const SITES = [
  { topology: 'routed', nodes: 2, staged: files },
  { topology: 'bridge', nodes: 2, staged: files },
  { topology: 'routed', nodes: 1, staged: nodeless },
  { topology: 'bridge', nodes: 1, staged: nodeless },
] as const;

describe.skipIf(missing !== undefined).each(SITES)(
  missing === undefined
    ? 'the kernel, $topology, with $nodes nodes'
    : `the kernel, $topology, with $nodes nodes (skipped: ${missing})`,
  ({ staged, ...site }) => {
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
    test.concurrent.each(staged)('$name', async ({ source }) => {
      const { checks } = await runFile(source, { engine, base: merged([]) });
      expect(checks.flatMap(({ outcome }) => problemsOf(outcome))).toEqual([]);
    });
  },
);

function problemsOf(outcome: Outcome): readonly string[] {
  if (outcome.kind === 'failed') return failureLines(outcome);
  return outcome.kind === 'broken' ? [outcome.message] : [];
}

/** Whether a scenario says which nodes there are. */
async function bringsNodes(source: Source): Promise<boolean> {
  let found = false;
  const engine: Engine = {
    ...EVALUATOR,
    create(options) {
      const session = EVALUATOR.create(options);
      return {
        ...session,
        async apply(changes) {
          found ||= changes.some(
            (change) => change.kind === 'upsert' && change.object.kind === 'Node',
          );
          await session.apply(changes);
        },
      };
    },
  };
  await runFile(source, { engine, base: merged([]) });
  return found;
}
