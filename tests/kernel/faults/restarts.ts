import type { AgentOptions } from '@ringfence/agent';
import type { Fault, Trial } from './trial.ts';

/** By name. */
export function nodesOf({ networks }: Trial): readonly string[] {
  return [...networks.keys()];
}

/** Agents are started anew, all at once, for reasons of their own. */
export function restarted(options: (count: number) => Partial<AgentOptions>): Fault['round'] {
  return async (trial, count) => {
    const nodes = nodesOf(trial);
    await Promise.all(nodes.map(trial.stopAgent));
    await trial.traffic.spoken(10);
    for (const node of nodes) trial.startAgent(node, options(count));
    await trial.inForce();
    await trial.traffic.spoken(10);
  };
}

const NO_TUNNELS = { protocols: [], udpPorts: [] } as const;
/** What a version of ours may have otherwise: other rules, other sets, other numbers in them. */
const LAYOUTS: readonly Partial<AgentOptions>[] = [
  { tunnels: NO_TUNNELS },
  {},
  { denied: 'reject' },
  { logGroup: 77, podInterfaces: ['rf*'] },
  {},
];

/** Each agent finds the table of another version, and replaces it by its own. */
export const UPGRADES: Required<Pick<Fault, 'complaints' | 'rounds' | 'round'>> = {
  complaints: / is to be replaced: /,
  rounds: LAYOUTS.length,
  round: restarted((count) => LAYOUTS[count % LAYOUTS.length] ?? {}),
};
