import { rmSync } from 'node:fs';
import { isSet, type Typed } from '../command-line/command.ts';
import { ask } from '../control/ask.ts';
import { EXIT, Failure } from '../failure.ts';
import { holderOf, releaseLock, takeLock } from '../supervise/lock.ts';
import { isRunning, type ProcessRef, processRef } from '../supervise/process-ref.ts';
import { checkOwner, isClaimed, stateFolder, type StateFolder } from '../supervise/state-folder.ts';
import { removeRemains } from '../up/remains.ts';
import type { World } from '../world.ts';

/** Longer than a supervisor waits for its parts. */
const PATIENCE_MS = 8_000;
const LOOK_AGAIN_MS = 10;

/** Ends a cluster, and removes what is left of it. */
export async function runDown(world: World, typed: Typed): Promise<number> {
  const state = stateFolder(world, typed);
  checkOwner(state);
  const supervisor = holderOf(state.lock);
  if (supervisor !== undefined) await end(supervisor);
  // A lab goes with its supervisor, unless that was killed.
  const lab = await labOf(state);
  if (lab !== undefined) await end(lab);
  if (isClaimed(state)) remove(state, isSet(typed, 'purge'));
  const wasUp = supervisor !== undefined || lab !== undefined;
  await world.stderr.write(wasUp ? 'the cluster is down\n' : 'nothing was up\n');
  return EXIT.yes;
}

/** Nobody may come up meanwhile: what is removed would be his. */
function remove(state: StateFolder, purge: boolean): void {
  const other = takeLock(state.lock);
  if (other !== undefined) {
    const message = `another ringfence up (process ${other.pid}) has started meanwhile`;
    throw new Failure(EXIT.worldFailed, message);
  }
  removeRemains(state);
  if (purge) rmSync(state.path, { recursive: true, force: true });
  releaseLock(state.lock);
}

/** A lab whose supervisor has ended goes by itself: it may do so while it is asked. */
async function labOf({ socket }: StateFolder): Promise<ProcessRef | undefined> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    for await (const answer of (await ask(socket, { kind: 'status' }, { signal })) ?? []) {
      if (answer.kind === 'status') return processRef(answer.status.pid);
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
  return undefined;
}

/** Asks a process to end; kills it when it does not. */
async function end(ref: ProcessRef): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (await isGoneAfter(ref, signal)) return;
  }
  throw new Failure(EXIT.worldFailed, `process ${ref.pid} does not end`);
}

async function isGoneAfter(ref: ProcessRef, signal: NodeJS.Signals): Promise<boolean> {
  if (!isRunning(ref)) return true;
  try {
    process.kill(ref.pid, signal);
  } catch (error) {
    // It went by itself.
    if (!isRunning(ref)) return true;
    throw error;
  }
  const until = performance.now() + PATIENCE_MS;
  while (isRunning(ref)) {
    if (performance.now() > until) return false;
    await new Promise((resolve) => {
      setTimeout(resolve, LOOK_AGAIN_MS);
    });
  }
  return true;
}
