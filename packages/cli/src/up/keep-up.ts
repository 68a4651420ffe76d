import { EXIT, Failure } from '../failure.ts';
import type { StateFolder } from '../supervise/state-folder.ts';
import type { World } from '../world.ts';
import { startLab } from './lab-part.ts';
import type { LabOptions } from './options.ts';
import { removeRemains } from './remains.ts';

/** Keeps the parts of a cluster running until somebody interrupts. */
export async function keepUp(
  world: World,
  state: StateFolder,
  options: LabOptions,
): Promise<number> {
  const interruption = world.interruption();
  const lab = startLab(world, state, options);
  try {
    const message = await Promise.race([lab.first, aborted(interruption)]);
    if (message === undefined) throw new Failure(EXIT.worldFailed, 'interrupted');
    if (message.kind === 'refused') {
      await world.stderr.write(message.details);
      throw new Failure(message.exitCode, message.message);
    }
    await world.stderr.write(message.warnings);
    await world.stdout.write(message.summary);
    world.parent?.send(message);
    if (world.parent === undefined) await world.stderr.write('Ctrl-C takes it down\n');
    await aborted(interruption);
  } finally {
    await lab.stop();
    removeRemains(state);
  }
  return EXIT.yes;
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined));
  });
}
