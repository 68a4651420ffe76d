import type { Command } from '../command-line/command.ts';
import { EXIT } from '../failure.ts';
import { completionScript, SHELLS } from './scripts.ts';

/** `ringfence completion`. */
export const COMPLETION_COMMAND: Command = {
  name: 'completion',
  summary: 'the completion script for bash, zsh or fish',
  description: `Prints a script that teaches a shell to complete commands, flags and, where -f names
manifests, the names of pods, workloads, Services and nodes.`,
  operands: [{ name: 'shell', about: 'which shell', presence: 'required', values: SHELLS }],
  flags: [],
  examples: [
    { about: 'this session of bash', line: 'source <(ringfence completion bash)' },
    { about: 'this session of zsh', line: 'source <(ringfence completion zsh)' },
    {
      about: 'every session of fish',
      line: 'ringfence completion fish > ~/.config/fish/completions/ringfence.fish',
    },
  ],
  hidden: false,
  async run({ stdout }, { operands }) {
    const shell = SHELLS.find((each) => each === operands[0]);
    if (shell === undefined) throw new Error('the parser takes no other shell');
    await stdout.write(completionScript(shell));
    return EXIT.yes;
  },
};
