import { spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { EXIT } from '../failure.ts';
import type { StateFolder } from '../supervise/state-folder.ts';
import type { World } from '../world.ts';
import { isLabMessage } from './message.ts';

/** Starts the same command again, away from the terminal, and waits until its cluster is up. */
export async function detach(world: World, state: StateFolder): Promise<number> {
  const log = state.log('up');
  mkdirSync(path.dirname(log), { recursive: true });
  const output = openSync(log, 'a');
  const { size } = fstatSync(output);
  const [program, ...before] = world.self;
  const args = [...before, ...world.args.filter((arg) => arg !== '--detach')];
  const child = spawn(program, args, {
    cwd: world.cwd,
    detached: true,
    stdio: ['inherit', output, output, 'ipc'],
  });
  closeSync(output);
  const ended = Promise.withResolvers<number>();
  child.once('message', (message) => {
    if (isLabMessage(message)) ended.resolve(EXIT.yes);
  });
  child.once('exit', (code) => ended.resolve(code ?? EXIT.worldFailed));
  child.once('error', (error) => ended.reject(error));
  const exitCode = await ended.promise;
  const said = readFileSync(log).subarray(size).toString();
  await (exitCode === EXIT.yes ? world.stdout : world.stderr).write(said);
  if (child.connected) child.disconnect();
  child.unref();
  return exitCode;
}
