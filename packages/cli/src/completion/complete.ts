import type { Command, CommandEntry, Flag } from '../command-line/command.ts';
import { GLOBAL_FLAGS } from '../command-line/flags.ts';

/** What may stand where the cursor is. */
export interface Completion {
  readonly candidates: readonly string[];
  /** Names of files fit too; the shell knows them better. */
  readonly files: boolean;
}

/** Names that only the manifests on the command line can tell. */
export interface NameSource {
  ends(typed: readonly string[]): Promise<readonly string[]>;
  namespaces(typed: readonly string[]): Promise<readonly string[]>;
}

/**
 * Tells what may be typed next.
 *
 * @param words after the program's name; the last one is being typed, and may be empty.
 */
export async function complete(
  commands: readonly CommandEntry[],
  words: readonly string[],
  names: NameSource,
): Promise<Completion> {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const { entry, flags: early } = commandIn(commands, before);
  const command = await entry?.load();
  const flags = command?.flags ?? GLOBAL_FLAGS;
  const open = flagBefore(flags, before.at(-1));
  if (open !== undefined) return starting(current, await valuesFor(open, before, names));
  if (current.startsWith('-')) return starting(current, only(flagNames(flags)));
  if (command !== undefined) return starting(current, operandValues(command));
  const visible = commands.filter(({ hidden }) => !hidden).map(({ name }) => name);
  return starting(current, only(early ? visible : [...visible, 'help']));
}

/** The command among the words, past the flags that stand before it and their values. */
function commandIn(
  commands: readonly CommandEntry[],
  words: readonly string[],
): { readonly entry: CommandEntry | undefined; readonly flags: boolean } {
  let index = 0;
  while (words[index]?.startsWith('-') === true) {
    index += flagBefore(GLOBAL_FLAGS, words[index]) === undefined ? 1 : 2;
  }
  return { entry: commands.find(({ name }) => name === words[index]), flags: index > 0 };
}

/** The flag whose value comes next, if the word before is one. */
function flagBefore(flags: readonly Flag[], word: string | undefined): Flag | undefined {
  return flags.find(
    ({ long, short, value }) =>
      value !== '' && word !== undefined && (word === long || word === short),
  );
}

async function valuesFor(
  flag: Flag,
  typed: readonly string[],
  names: NameSource,
): Promise<Completion> {
  switch (flag.completes) {
    case 'end':
      return only(await names.ends(typed));
    case 'namespace':
      return only(await names.namespaces(typed));
    case 'file':
      return { candidates: [], files: true };
    case 'values':
      return only(flag.values);
    case 'nothing':
      return only([]);
    default:
      return flag.completes satisfies never;
  }
}

function operandValues({ operands }: Command): Completion {
  const [operand] = operands;
  if (operand === undefined) return only([]);
  return operand.values.length > 0 ? only(operand.values) : { candidates: [], files: true };
}

function flagNames(flags: readonly Flag[]): readonly string[] {
  return [...flags.map(({ long }) => long), '--help'];
}

function only(candidates: readonly string[]): Completion {
  return { candidates, files: false };
}

function starting(prefix: string, { candidates, files }: Completion): Completion {
  return { candidates: candidates.filter((each) => each.startsWith(prefix)), files };
}
