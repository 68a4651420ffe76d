import {
  Command as Parser,
  CommanderError,
  Option as ParserOption,
  Argument as ParserArgument,
  InvalidArgumentError,
} from 'commander';
import { EXIT } from '../failure.ts';
import type { World } from '../world.ts';
import type { Command, CommandEntry, Flag, Operand, Typed } from './command.ts';
import { GLOBAL_FLAGS, NOT_YET } from './flags.ts';
import { hoistFlags } from './hoist.ts';

/** What the words on the command line ask for. */
export type Parsed =
  | { readonly kind: 'run'; readonly command: Command; readonly typed: Typed }
  /** Already answered: help, version, or an error; with the text for each stream. */
  | {
      readonly kind: 'answered';
      readonly exitCode: number;
      readonly stdout: string;
      readonly stderr: string;
    };

export interface Program {
  readonly version: string;
  readonly about: string;
  readonly commands: readonly CommandEntry[];
}

/** Reads the command line. Runs nothing, and writes nothing; loads the one command that is named. */
export async function parseCommandLine(
  program: Program,
  world: Pick<World, 'args'>,
): Promise<Parsed> {
  const args = hoistFlags(world.args, GLOBAL_FLAGS);
  const wanted = args[0] === 'help' ? args[1] : args[0];
  const command = await program.commands.find(({ name }) => name === wanted)?.load();
  const said = { stdout: '', stderr: '' };
  let run: Parsed | undefined;
  const parser = parserOf(program, command, (typed) => {
    if (command !== undefined) run = { kind: 'run', command, typed };
  });
  const output = {
    writeOut: (text: string) => {
      said.stdout += text;
    },
    writeErr: (text: string) => {
      said.stderr += text;
    },
  };
  for (const each of [parser, ...parser.commands]) each.configureOutput(output).exitOverride();
  try {
    parser.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const exitCode = error.exitCode === 0 ? EXIT.yes : EXIT.badInput;
    return { kind: 'answered', exitCode, ...said, stderr: explained(said.stderr) };
  }
  return run ?? { kind: 'answered', exitCode: EXIT.badInput, ...said };
}

/** A flag that other commands of this kind have: says what is missing, instead of a guess. */
function explained(stderr: string): string {
  const wanted = /^error: unknown option '(--[a-z]+)/.exec(stderr)?.[1];
  const what = wanted === undefined ? undefined : NOT_YET.get(wanted);
  if (wanted === undefined || what === undefined) return stderr;
  return `error: ${wanted}: ${what} is not part of this version; pipe the objects in: kubectl get ... -o json | ringfence ... -f -\n`;
}

function parserOf(
  program: Program,
  chosen: Command | undefined,
  run: (typed: Typed) => void,
): Parser {
  const parser = new Parser('ringfence')
    .description(program.about)
    .usage('COMMAND [flags]')
    .version(program.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'explain a command')
    .helpCommand('help [command]', 'explain a command')
    .showSuggestionAfterError(true);
  for (const { name, summary, hidden } of program.commands) {
    const command = name === chosen?.name ? parserOfCommand(chosen, run) : new Parser(name);
    parser.addCommand(command.summary(summary), { hidden });
  }
  return parser.addHelpText(
    'after',
    '\nringfence COMMAND --help explains a command, with examples.',
  );
}

function parserOfCommand(command: Command, run: (typed: Typed) => void): Parser {
  const parser = new Parser(command.name)
    .description(command.description)
    .helpOption('-h, --help', 'explain this command')
    .allowExcessArguments(false)
    .showHelpAfterError(`(ringfence ${command.name} --help explains the command)`);
  for (const operand of command.operands) parser.addArgument(operandOf(operand));
  for (const flag of command.flags) parser.addOption(optionOf(flag));
  parser.addHelpText('after', () => examplesOf(command));
  return parser.action(() => {
    const flags = new Map<string, readonly string[]>();
    for (const [flag, value] of Object.entries<unknown>(parser.opts())) {
      flags.set(flag, Array.isArray(value) ? value.map(String) : [String(value)]);
    }
    run({ operands: parser.args, flags });
  });
}

function operandOf({ name, about, presence, values }: Operand): ParserArgument {
  const many = presence === 'any number' ? '...' : '';
  const shape = presence === 'required' ? `<${name}>` : `[${name}${many}]`;
  const argument = new ParserArgument(shape, about);
  return values.length === 0 ? argument : argument.choices([...values]);
}

function optionOf({ long, short, value, about, values, repeatable }: Flag): ParserOption {
  const names = short === '' ? long : `${short}, ${long}`;
  const option = new ParserOption(value === '' ? names : `${names} <${value}>`, about);
  option.attributeName = () => long.slice(2);
  if (value === '') return option;
  return option.argParser((typed: string, before: unknown) => {
    if (values.length > 0 && !values.includes(typed)) {
      throw new InvalidArgumentError(`It is one of ${values.join(', ')}.`);
    }
    const earlier = Array.isArray(before) ? before.map(String) : [];
    if (!repeatable && earlier.length > 0) throw new InvalidArgumentError('It was given before.');
    return [...earlier, typed];
  });
}

function examplesOf({ examples }: Command): string {
  const lines = examples.flatMap(({ about, line }) => [`  # ${about}`, `  ${line}`, '']);
  return `\nExamples:\n${lines.join('\n').trimEnd()}`;
}
