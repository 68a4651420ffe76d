import type { Command } from '../command-line/command.ts';
import { COLOR_FLAG } from '../command-line/flags.ts';
import { STATE_FLAG } from '../supervise/state-folder.ts';

/** `ringfence start`: what `npm start` runs. */
export const START_COMMAND: Command = {
  name: 'start',
  summary: 'the example shop, enforced on this machine, and what to try next',
  description: `Brings examples/shop up, the cluster that comes with the checkout, with its policies enforced, and
shows who reaches whom, measured beside predicted: a row for each destination and its ports, a
letter for each source. Where no network can be made, it shows what the policies mean.

It stays until Ctrl-C and takes everything down; without a terminal on standard input it does so at
once.

Exit code 0: all is as the policies say. 1: something is not. 3: something could not be tried.`,
  operands: [],
  flags: [STATE_FLAG, COLOR_FLAG],
  examples: [{ about: 'what `npm start` prints', line: 'ringfence start' }],
  hidden: false,
  async run(world, typed) {
    const { runStart } = await import('./run-start.ts');
    return await runStart(world, typed);
  },
};
