import type { Command } from '../command-line/command.ts';

/** `ringfence __agent`: an agent of a lab's node, which the lab's process starts. */
export const FED_AGENT_COMMAND: Command = {
  name: '__agent',
  summary: 'the agent of a node of a cluster on this machine',
  description: 'Started by the process that holds the network; not meant to be typed.',
  operands: [{ name: 'OPTIONS', about: 'what to do, as JSON', presence: 'required', values: [] }],
  flags: [],
  examples: [{ about: 'what the lab types', line: 'ringfence __agent OPTIONS' }],
  hidden: true,
  async run(world, typed) {
    const { runFedAgent } = await import('./run-fed-agent.ts');
    return await runFedAgent(world, typed);
  },
};
