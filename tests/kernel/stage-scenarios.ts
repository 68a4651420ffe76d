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
import { type EnforcedLabOptions, makeEnforcedLab } from './enforced-lab.ts';

const missing = missingPrivilege();

/** Stages every scenario with packets, on kernels that agents hold to the policies. */
export async function stageScenarios(topology: 'routed' | 'bridge'): Promise<void> {
  const files = [...(await conformanceFiles()), ...(await exampleFiles())];
  // Most bring nodes of their own: of the others, pods are together on one node or spread over two.
  const nodeless: (typeof files)[number][] = [];
  for (const file of files) if (!(await bringsNodes(file.source))) nodeless.push(file);
  const sites = [
    { nodes: 2, staged: files },
    { nodes: 1, staged: nodeless },
  ];
  describe.skipIf(missing !== undefined).each(sites)(
    missing === undefined
      ? `the kernel, ${topology}, with $nodes nodes`
      : `the kernel, ${topology}, with $nodes nodes (skipped: ${missing})`,
    ({ nodes, staged }) => {
      const engine = engineFor({ topology, nodes });
      test.concurrent.each(staged)('$name', async ({ source }) => {
        const { checks } = await runFile(source, { engine, base: merged([]) });
        expect(checks.flatMap(({ outcome }) => problemsOf(outcome))).toEqual([]);
      });
    },
  );
}

function engineFor(site: Pick<EnforcedLabOptions, 'topology' | 'nodes'>): Engine {
  return engineOn(({ ownNodeEgress }) => {
    const { lab, problems, settled, close } = makeEnforcedLab({ ...site, ownNodeEgress });
    const settle = async (): Promise<readonly string[]> => {
      await settled();
      return problems;
    };
    const place = Promise.resolve({ lab, settle, stop: close });
    return { place, errors: [], clean: () => undefined };
  });
}

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
