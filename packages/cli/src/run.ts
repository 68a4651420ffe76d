import { unreachable } from '@ringfence/core';
import { COMMANDS } from './commands.ts';
import { parseCommandLine } from './command-line/parse.ts';
import { EXIT, Failure } from './failure.ts';
import { ClosedOutput, type World } from './world.ts';

const ABOUT = 'Decides, explains and measures what Kubernetes NetworkPolicies mean.';

/** Runs one command line, from its words to its exit code. */
export async function run(world: World): Promise<number> {
  try {
    return await dispatch(world);
  } catch (error) {
    if (error instanceof ClosedOutput) return EXIT.yes;
    if (!(error instanceof Failure)) throw error;
    await world.stderr.write(`error: ${error.message}\n`);
    return error.exitCode;
  }
}

async function dispatch(world: World): Promise<number> {
  const parsed = await parseCommandLine(COMMANDS, world);
  switch (parsed.kind) {
    case 'run':
      return await parsed.command.run(world, parsed.typed);
    case 'version': {
      const { default: manifest } = await import('../package.json', { with: { type: 'json' } });
      await world.stdout.write(`${manifest.version}\n`);
      return EXIT.yes;
    }
    case 'refused':
      await world.stderr.write(`error: ${parsed.message}\n`);
      return EXIT.badInput;
    case 'help': {
      const { commandHelp, programHelp } = await import('./command-line/help.ts');
      const { command, exitCode } = parsed;
      const text = command === undefined ? programHelp(ABOUT, COMMANDS) : commandHelp(command);
      // Nothing was asked: the help is then the complaint.
      await (exitCode === EXIT.yes ? world.stdout : world.stderr).write(text);
      return exitCode;
    }
    default:
      return unreachable(parsed);
  }
}
