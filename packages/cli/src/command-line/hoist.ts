import type { Flag } from './command.ts';

/**
 * Moves the flags that stand before the command behind it: `-n shop eval ...` is what kubectl's
 * users type, and only the command knows which flags it has.
 *
 * A flag of the command's own is taken to have a value, unless a command or a flag stands next.
 *
 * @param known which flags take the next word as their value, and which words are commands.
 */
export function hoistFlags(args: readonly string[], known: Known): readonly string[] {
  const before: string[] = [];
  let index = 0;
  for (; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (arg === '--' || arg === '-' || !arg.startsWith('-')) break;
    before.push(arg);
    const next = args[index + 1];
    if (next === undefined || !takesNext(arg, next, known)) continue;
    before.push(next);
    index += 1;
  }
  const [command, ...rest] = args.slice(index);
  return command === undefined ? before : [command, ...before, ...rest];
}

interface Known {
  readonly flags: readonly Flag[];
  readonly commands: readonly string[];
}

function takesNext(arg: string, next: string, { flags, commands }: Known): boolean {
  const flag = flags.find(({ long, short }) => arg === long || (short !== '' && arg === short));
  if (flag !== undefined) return flag.value !== '';
  const holdsItsValue = arg.startsWith('--') ? arg.includes('=') : arg.length > 2;
  return !holdsItsValue && !next.startsWith('-') && !commands.includes(next);
}
