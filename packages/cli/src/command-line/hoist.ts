import type { Flag } from './command.ts';

/**
 * Moves the flags that stand before the command behind it: `-n shop eval ...` is what kubectl's
 * users type, and only the command knows which flags it has.
 *
 * @param flags that may stand there: they tell which of them take the next word as their value.
 */
export function hoistFlags(args: readonly string[], flags: readonly Flag[]): readonly string[] {
  const before: string[] = [];
  let index = 0;
  for (; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (arg === '--' || arg === '-' || !arg.startsWith('-')) break;
    before.push(arg);
    const next = args[index + 1];
    if (!takesNext(arg, flags) || next === undefined) continue;
    before.push(next);
    index += 1;
  }
  const [command, ...rest] = args.slice(index);
  return command === undefined ? before : [command, ...before, ...rest];
}

function takesNext(arg: string, flags: readonly Flag[]): boolean {
  return flags.some(({ long, short, value }) => value !== '' && (arg === long || arg === short));
}
