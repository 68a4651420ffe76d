import type { Command } from '../command-line/command.ts';
import { COLOR_FLAG, outputFlag } from '../command-line/flags.ts';
import { STATE_FLAG } from '../supervise/state-folder.ts';

/** How `status` answers; the first is the default. */
const STATUS_FORMATS = ['text', 'json', 'yaml'];

/** `ringfence status`. */
export const STATUS_COMMAND: Command = {
  name: 'status',
  summary: 'the cluster of this machine: its nodes, pods and policies',
  description: `Shows the cluster that ringfence up holds: its processes, nodes, pods and Services, what is wrong
with its manifests, and which policies are in force where.

Exit code 0: a cluster is up, and what its manifests say is in force. 1: it is not. 3: no cluster is
up.`,
  operands: [],
  flags: [STATE_FLAG, outputFlag(STATUS_FORMATS), COLOR_FLAG],
  examples: [
    { about: 'what is up', line: 'ringfence status' },
    { about: 'for a program', line: 'ringfence status -o json' },
  ],
  hidden: false,
  async run(world, typed) {
    const { runStatus } = await import('./run-status.ts');
    return await runStatus(world, typed);
  },
};
