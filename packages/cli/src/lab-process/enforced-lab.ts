import { createLab, type Lab, type LabOptions } from '@ringfence/lab';
import { type Agents, type AgentsOptions, createAgents } from './agents.ts';

/** A lab with what enforces its policies. */
export interface EnforcedLab {
  readonly lab: Lab;
  readonly agents: Agents;
  /** Ends the agents, then the lab. */
  stop(): Promise<void>;
}

export interface EnforcedLabOptions extends Omit<AgentsOptions, 'running' | 'onInstalled'> {
  readonly lab: Omit<LabOptions, 'enforcer'>;
}

/** Makes a lab without objects, whose nodes will have an agent each. */
export async function enforcedLab({
  lab: options,
  ...rest
}: EnforcedLabOptions): Promise<EnforcedLab> {
  const made: { lab?: Lab } = {};
  const agents = await createAgents({
    ...rest,
    *running() {
      for (const { pod } of made.lab?.pods() ?? []) if (!pod.hostNetwork) yield pod;
    },
    onInstalled: (node) => made.lab?.admit(node),
  });
  const lab = createLab({ ...options, enforcer: agents.enforcer });
  made.lab = lab;
  return {
    lab,
    agents,
    async stop() {
      await agents.stop();
      lab.close();
    },
  };
}
