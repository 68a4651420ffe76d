import { COMMANDS } from './commands.ts';
import { parseCommandLine } from './command-line/parse.ts';
import { EXIT, Failure } from './failure.ts';
import { ClosedOutput, type World } from './world.ts';

const ABOUT = 'Decides and explains what Kubernetes NetworkPolicies mean.';

/** Runs one command line, from its words to its exit code. */
export async function run(world: World, version: string): Promise<number> {
  try {
    const parsed = await parseCommandLine({ version, about: ABOUT, commands: COMMANDS }, world);
    if (parsed.kind === 'run') return await parsed.command.run(world, parsed.typed);
    await world.stderr.write(parsed.stderr);
    await world.stdout.write(parsed.stdout);
    return parsed.exitCode;
  } catch (error) {
    if (error instanceof ClosedOutput) return EXIT.yes;
    if (!(error instanceof Failure)) throw error;
    await world.stderr.write(`error: ${error.message}\n`);
    return error.exitCode;
  }
}
