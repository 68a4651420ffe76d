import type { Command, CommandEntry } from '../command-line/command.ts';
import { EXIT } from '../failure.ts';
import { complete } from './complete.ts';
import { MANIFEST_NAMES } from './manifest-names.ts';

/** `ringfence __complete`: what the completion scripts ask about these commands. */
export function completeCommand(commands: readonly CommandEntry[]): Command {
  return {
    name: '__complete',
    summary: 'what may be typed next',
    description: 'Prints what may be typed where the last word stands, one candidate per line.',
    operands: [
      {
        name: 'word',
        about: 'what was typed after the program, the last word unfinished',
        presence: 'any number',
        values: [],
      },
    ],
    flags: [],
    examples: [{ about: 'which commands begin with e', line: 'ringfence __complete -- e' }],
    hidden: true,
    async run({ stdout }, { operands }) {
      const { candidates, files } = await complete(commands, operands, MANIFEST_NAMES);
      const lines = [...candidates, ...(files ? [':files'] : [])];
      await stdout.write(lines.map((line) => `${line}\n`).join(''));
      return EXIT.yes;
    },
  };
}
