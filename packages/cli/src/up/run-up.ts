import { writeFileSync } from 'node:fs';
import { isSet, type Typed } from '../command-line/command.ts';
import { paintFor } from '../command-line/paint.ts';
import { EXIT, Failure } from '../failure.ts';
import { clusterStatus } from '../status/run-status.ts';
import type { ClusterStatus } from '../status/status-json.ts';
import { statusText } from '../status/status-text.ts';
import { holderOf, releaseLock, takeLock } from '../supervise/lock.ts';
import { claim, stateFolder, type StateFolder } from '../supervise/state-folder.ts';
import type { World } from '../world.ts';
import { detach } from './detach.ts';
import { keepUp } from './keep-up.ts';
import type { UpMessage } from './message.ts';
import { type LabOptions, labOptions } from './options.ts';

/** Brings a cluster up, and keeps it so until somebody wants it to end. */
export async function runUp(world: World, typed: Typed): Promise<number> {
  const state = stateFolder(world, typed);
  if (holderOf(state.lock) !== undefined) return await showStatus(world, typed, state);
  const options = labOptions(world, typed, state.path);
  claim(state);
  if (isSet(typed, 'detach')) return await detach(world, state);
  if (takeLock(state.lock) !== undefined) return await showStatus(world, typed, state);
  try {
    return await keepUp(world, {
      state,
      options: await withInput(world, state, options),
      whenUp: (message) => announce(world, message),
    });
  } finally {
    releaseLock(state.lock);
  }
}

async function announce(
  { stdout, stderr, parent }: World,
  message: UpMessage,
): Promise<{ readonly stays: true; readonly exitCode: number }> {
  await stderr.write(message.warnings);
  await stdout.write(message.summary);
  parent?.send(message);
  if (parent === undefined) await stderr.write('Ctrl-C takes it down\n');
  return { stays: true, exitCode: EXIT.yes };
}

/** As long as another one may take to come up. */
const PATIENCE_MS = 10_000;
const LOOK_AGAIN_MS = 50;

/** Shows a cluster that is up already, in the place of a second one. */
export async function showStatus(world: World, typed: Typed, state: StateFolder): Promise<number> {
  const status = await statusOnceUp(state);
  await world.stderr.write('a cluster is up already: ringfence down takes it down\n');
  await world.stdout.write(statusText(status, paintFor(world, typed)));
  return EXIT.yes;
}

async function statusOnceUp(state: StateFolder): Promise<ClusterStatus> {
  const limit = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await clusterStatus(state);
    } catch (error) {
      const isStarting = holderOf(state.lock) !== undefined && performance.now() < limit;
      if (!(error instanceof Failure) || !isStarting) throw error;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, LOOK_AGAIN_MS);
    });
  }
}

/** What comes over standard input is kept in a file: the lab may have to be started again. */
async function withInput(
  { stdin }: World,
  state: StateFolder,
  options: LabOptions,
): Promise<LabOptions> {
  if (!options.paths.includes('-')) return options;
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(chunk);
  writeFileSync(state.input, Buffer.concat(chunks), { mode: 0o600 });
  return { ...options, paths: options.paths.map((each) => (each === '-' ? state.input : each)) };
}
