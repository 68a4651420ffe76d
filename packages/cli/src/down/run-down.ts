import { rmSync } from 'node:fs';
import { isSet, type Typed } from '../command-line/command.ts';
import { ask } from '../control/ask.ts';
import { EXIT, Failure } from '../failure.ts';
import { holderOf, releaseLock } from '../supervise/lock.ts';
import { isRunning, type ProcessRef, processRef } from '../supervise/process-ref.ts';
import { isClaimed, stateFolder, type StateFolder } from '../supervise/state-folder.ts';
import { removeRemains } from '../up/remains.ts';
import type { World } from '../world.ts';

/** Longer than a supervisor waits for its parts. */
const PATIENCE_MS = 8_000;
const LOOK_AGAIN_MS = 10;

/** Ends a cluster, and removes what is left of it. */
export async function runDown(world: World, typed: Typed): Promise<number> {
  const state = stateFolder(world, typed);
  const supervisor = holderOf(state.lock);
  const lab = await labOf(state);
  if (supervisor !== undefined) await end(supervisor);
  // A lab goes with its supervisor, unless both were hit.
  if (lab !== undefined) await end(lab);
  if (isClaimed(state)) {
    removeRemains(state);
    releaseLock(state.lock);
    if (isSet(typed, 'purge')) rmSync(state.path, { recursive: true, force: true });
  }
  const wasUp = supervisor !== undefined || lab !== undefined;
  await world.stderr.write(wasUp ? 'the cluster is down\n' : 'nothing was up\n');
  return EXIT.yes;
}

async function labOf({ socket }: StateFolder): Promise<ProcessRef | undefined> {
  for await (const answer of (await ask(socket, { kind: 'status' })) ?? []) {
    if (answer.kind === 'status') return processRef(answer.status.pid);
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
  process.kill(ref.pid, signal);
  const until = performance.now() + PATIENCE_MS;
  while (isRunning(ref)) {
    if (performance.now() > until) return false;
    await new Promise((resolve) => {
      setTimeout(resolve, LOOK_AGAIN_MS);
    });
  }
  return true;
}
