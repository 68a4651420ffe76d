import type { Command } from '../command-line/command.ts';
import { flag } from '../command-line/flags.ts';
import { STATE_FLAG } from '../supervise/state-folder.ts';

/** `ringfence down`. */
export const DOWN_COMMAND: Command = {
  name: 'down',
  summary: 'take the cluster of this machine down',
  description: `Ends what ringfence up started, and removes what it made; also what is left of a cluster whose
processes were killed.

Exit code 0: nothing is up any more. 3: it could not be ended.`,
  operands: [],
  flags: [
    flag({ long: '--purge', about: "delete the cluster's folder too, with its logs" }),
    STATE_FLAG,
  ],
  examples: [
    { about: 'the cluster that is up', line: 'ringfence down' },
    { about: 'without a trace', line: 'ringfence down --purge' },
  ],
  hidden: false,
  async run(world, typed) {
    const { runDown } = await import('./run-down.ts');
    return await runDown(world, typed);
  },
};
