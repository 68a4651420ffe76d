import { EXIT, Failure } from '../failure.ts';
import type { StateFolder } from '../supervise/state-folder.ts';
import type { World } from '../world.ts';
import { startLab } from './lab-part.ts';
import type { UpMessage } from './message.ts';
import type { LabOptions } from './options.ts';
import { removeRemains } from './remains.ts';
import { aborted } from '../aborted.ts';

/** A cluster that is kept up. */
export interface KeepingUp {
  readonly state: StateFolder;
  readonly options: LabOptions;
  /** Is called once it is up; tells whether it stays so, and with which exit code it ends. */
  readonly whenUp: (
    up: UpMessage,
  ) => Promise<{ readonly stays: boolean; readonly exitCode: number }>;
}

/** A cluster that did not come up. */
export class NotUp extends Failure {}

/** Keeps the parts of a cluster running until somebody interrupts, or it is not to stay. */
export async function keepUp(world: World, { state, options, whenUp }: KeepingUp): Promise<number> {
  const interruption = world.interruption();
  const lab = startLab(world, state, options);
  try {
    const message = await Promise.race([lab.first, aborted(interruption)]);
    if (message === undefined) throw new Failure(EXIT.worldFailed, 'interrupted');
    if (message.kind === 'refused') {
      await world.stderr.write(message.details);
      throw new NotUp(message.exitCode, message.message);
    }
    const then = await Promise.race([whenUp(message), aborted(interruption)]);
    if (then?.stays === true) await aborted(interruption);
    return then?.exitCode ?? EXIT.yes;
  } finally {
    await lab.stop();
    removeRemains(state);
  }
}
