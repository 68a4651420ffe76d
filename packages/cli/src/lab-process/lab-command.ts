import type { Command } from '../command-line/command.ts';

/** `ringfence __lab`: the lab's own process, which `ringfence up` starts. */
export const LAB_COMMAND: Command = {
  name: '__lab',
  summary: 'the process that holds the network of a cluster',
  description: 'Started by ringfence up; not meant to be typed.',
  operands: [{ name: 'OPTIONS', about: 'what to make, as JSON', presence: 'required', values: [] }],
  flags: [],
  examples: [{ about: 'what ringfence up types', line: 'ringfence __lab OPTIONS' }],
  hidden: true,
  async run(world, typed) {
    const { runLab } = await import('./run-lab.ts');
    return await runLab(world, typed);
  },
};
