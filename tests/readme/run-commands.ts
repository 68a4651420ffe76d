import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';

/**
 * Runs commands one after the other in one shell, as somebody would type them, and gives each
 * one's output: lines of both streams, as a terminal would show them.
 */
export function runCommands(
  commands: readonly string[],
  { cwd }: { readonly cwd: string },
): readonly (readonly string[])[] {
  const mark = randomUUID();
  // A failed command must not end the shell, and the mark must start on a line of its own.
  const script = commands.map(
    (command) => `${command}\nstatus=$?; echo; echo ${mark}; (exit $status)\n`,
  );
  const { stdout, error } = spawnSync('sh', ['-c', `exec 2>&1\n${script.join('')}`], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, TERM: 'dumb' },
    maxBuffer: 1 << 26,
  });
  if (error !== undefined) throw error;
  return stdout
    .split(`${mark}\n`)
    .slice(0, commands.length)
    .map((output) => output.trimEnd().split('\n'))
    .map((lines) => (lines.length === 1 && lines[0] === '' ? [] : lines));
}
