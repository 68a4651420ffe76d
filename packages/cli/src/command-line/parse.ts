import { EXIT } from '../failure.ts';
import { didYouMean } from '../nearest.ts';
import type { World } from '../world.ts';
import type { Command, CommandEntry, Typed } from './command.ts';
import { GLOBAL_FLAGS, REFUSED_FLAGS } from './flags.ts';
import { hoistFlags } from './hoist.ts';
import { readWords } from './read-words.ts';

/** What the words on the command line ask for. */
export type Parsed =
  | { readonly kind: 'run'; readonly command: Command; readonly typed: Typed }
  /** `command` is undefined for the help of the whole program. */
  | { readonly kind: 'help'; readonly command: Command | undefined; readonly exitCode: number }
  | { readonly kind: 'version' }
  /** What was typed cannot be run; the message says why. */
  | { readonly kind: 'refused'; readonly message: string };

const HELP: readonly string[] = ['-h', '--help'];

/** Reads the command line. Runs nothing, and loads only the command that is named. */
export async function parseCommandLine(
  commands: readonly CommandEntry[],
  { args: words }: Pick<World, 'args'>,
): Promise<Parsed> {
  const known = { flags: GLOBAL_FLAGS, commands: ['help', ...commands.map((each) => each.name)] };
  const [name, ...args] = hoistFlags(words, known);
  if (name === undefined) return { kind: 'help', command: undefined, exitCode: EXIT.badInput };
  if (name === 'help') return await helpOn(commands, args[0]);
  const entry = commands.find((candidate) => candidate.name === name);
  if (entry === undefined) return withoutCommand(commands, name);
  const command = await entry.load();
  if (asksForHelp(args)) return { kind: 'help', command, exitCode: EXIT.yes };
  const typed = readWords(command, args);
  if (typed.kind === 'ok') return { kind: 'run', command, typed: typed.value };
  const more = `(ringfence ${command.name} --help explains the command)`;
  return { kind: 'refused', message: `${typed.error}\n${more}` };
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end === -1 ? args.length : end).some((arg) => HELP.includes(arg));
}

async function helpOn(
  commands: readonly CommandEntry[],
  name: string | undefined,
): Promise<Parsed> {
  const entry = commands.find((candidate) => candidate.name === name);
  if (name !== undefined && entry === undefined) return unknownCommand(commands, name);
  return { kind: 'help', command: await entry?.load(), exitCode: EXIT.yes };
}

/** Only flags were typed, or a word that is no command. */
function withoutCommand(commands: readonly CommandEntry[], word: string): Parsed {
  if (HELP.includes(word)) return { kind: 'help', command: undefined, exitCode: EXIT.yes };
  if (word === '-V' || word === '--version') return { kind: 'version' };
  if (!word.startsWith('-')) return unknownCommand(commands, word);
  const flag = word.split('=')[0] ?? word;
  const reason = REFUSED_FLAGS.get(flag);
  if (reason !== undefined) return { kind: 'refused', message: reason };
  const message = `\`${flag}\` needs a command to stand behind: ringfence COMMAND ${flag} ...`;
  return { kind: 'refused', message };
}

function unknownCommand(commands: readonly CommandEntry[], word: string): Parsed {
  const names = commands.filter(({ hidden }) => !hidden).map(({ name }) => name);
  const guess = didYouMean(word, [...names, 'help']);
  const listed = `commands: ${names.join(', ')}`;
  return { kind: 'refused', message: `there is no command \`${word}\`${guess}\n${listed}` };
}
