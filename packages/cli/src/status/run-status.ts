import { blockYaml } from '@ringfence/core';
import { type Typed, valueOf } from '../command-line/command.ts';
import { paintFor } from '../command-line/paint.ts';
import { ask, nothingUp } from '../control/ask.ts';
import type { LabStatus } from '../control/protocol.ts';
import { EXIT, Failure } from '../failure.ts';
import { holderOf } from '../supervise/lock.ts';
import { checkOwner, stateFolder, type StateFolder } from '../supervise/state-folder.ts';
import type { World } from '../world.ts';
import { type ClusterStatus, statusJson } from './status-json.ts';
import { statusText } from './status-text.ts';

/** A lab that does not answer until then is not well. */
const PATIENCE_MS = 10_000;

/** Prints what is up. */
export async function runStatus(world: World, typed: Typed): Promise<number> {
  const status = await clusterStatus(stateFolder(world, typed));
  const format = valueOf(typed, 'output') ?? 'text';
  if (format === 'json') {
    await world.stdout.write(`${JSON.stringify(statusJson(status), undefined, 2)}\n`);
  } else if (format === 'yaml') {
    await world.stdout.write(`${blockYaml(statusJson(status))}\n`);
  } else {
    await world.stdout.write(statusText(status, paintFor(world, typed)));
  }
  return status.lab.errors.length > 0 ? EXIT.no : EXIT.yes;
}

/** Asks the cluster of a folder for its state. @throws {Failure} where none is up. */
export async function clusterStatus(state: StateFolder): Promise<ClusterStatus> {
  checkOwner(state);
  const supervisor = holderOf(state.lock);
  const lab = await askLab(state);
  if (lab !== undefined) return { state: state.path, supervisor, lab };
  if (supervisor === undefined) throw nothingUp(state.path);
  const message = `the lab does not answer yet, or no more: see ${state.log('lab')}`;
  throw new Failure(EXIT.worldFailed, message);
}

async function askLab({ socket }: StateFolder): Promise<LabStatus | undefined> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  for await (const answer of (await ask(socket, { kind: 'status' }, { signal })) ?? []) {
    if (answer.kind === 'status') return answer.status;
  }
  return undefined;
}
