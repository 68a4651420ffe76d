import { podExec, type PodEntry } from '@ringfence/lab';
import type { Typed } from '../command-line/command.ts';
import { ask, nothingUp } from '../control/ask.ts';
import { badInput } from '../failure.ts';
import { namespaceOf } from '../input/load-cluster.ts';
import { checkOwner, stateFolder, type StateFolder } from '../supervise/state-folder.ts';
import type { World } from '../world.ts';

/** Becomes a program in a pod: what comes after is that program's. */
export async function runExec(world: World, typed: Typed): Promise<number> {
  const [pod = '', program, ...args] = typed.operands;
  if (program === undefined) throw badInput('what is to be run? ringfence exec POD -- COMMAND');
  const state = stateFolder(world, typed);
  const entry = await entryOf(state, { pod, namespace: namespaceOf(typed) });
  const terminal = world.env['TERM'];
  const command = podExec(
    entry,
    [program, ...args],
    terminal === undefined ? {} : { TERM: terminal },
  );
  return world.become(command.file, command.args, command.env);
}

async function entryOf(
  state: StateFolder,
  wanted: { readonly pod: string; readonly namespace: string },
): Promise<PodEntry> {
  checkOwner(state);
  const answers = await ask(state.socket, { kind: 'enter', ...wanted });
  if (answers === undefined) throw nothingUp(state.path);
  for await (const answer of answers) {
    if (answer.kind === 'entrance') return answer.entry;
  }
  throw new Error('the lab gave no entrance and no reason');
}
