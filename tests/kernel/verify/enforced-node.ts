import { setTimeout as pause } from 'node:timers/promises';
import { type AgentSettings, labSettings } from '../../../packages/cli/src/agent/settings.ts';
import { type EnforcedLab, makeEnforcedLab } from '../enforced-lab.ts';
import { mutationObjects, PODS_OF_NODE } from './mutation-objects.ts';

/** The node that is looked at. */
export const VERIFIED_NODE = 'node-1';

/** What its agent is told: as all agents of tests, to find interfaces by itself. */
export const VERIFIED_SETTINGS: AgentSettings = {
  ...labSettings(VERIFIED_NODE),
  podInterfaces: [],
  believe: 'pods',
};

const SETTLE_MS = 10_000;

/** Makes a lab of two nodes, and waits until the pods of one run and are enforced. */
export async function setUpNode(topology: 'routed' | 'bridge'): Promise<EnforcedLab> {
  const lab = makeEnforcedLab({ topology, nodes: 2 });
  lab.lab.apply(mutationObjects().map((object) => ({ kind: 'upsert', object }) as const));
  const limit = AbortSignal.timeout(SETTLE_MS);
  const count = (): number => {
    const pods = lab.agents.get(VERIFIED_NODE)?.status().pods ?? [];
    return pods.filter(({ state }) => state === 'enforced').length;
  };
  do {
    if (limit.aborted) throw new Error(lab.problems.join('\n'));
    await lab.settled();
    await pause(20);
  } while (count() < PODS_OF_NODE);
  return lab;
}
