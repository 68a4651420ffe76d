import type { Command } from '../command-line/command.ts';
import { COLOR_FLAG } from '../command-line/flags.ts';

/** `ringfence start`: what `npm start` runs. */
export const START_COMMAND: Command = {
  name: 'start',
  summary: 'the truth table of the example shop, and what to try next',
  description: `Shows who may reach whom in examples/shop, the cluster that comes with the checkout: a row for
each destination and its ports, a column for each source. It is what the policies mean; nothing
is enforced.`,
  operands: [],
  flags: [COLOR_FLAG],
  examples: [{ about: 'what `npm start` prints', line: 'ringfence start' }],
  hidden: false,
  async run(world, typed) {
    const { runStart } = await import('./run-start.ts');
    return await runStart(world, typed);
  },
};
