import { spawn, spawnSync } from 'node:child_process';
import { buffer, text } from 'node:stream/consumers';
import { makeMountNamespace, SystemError } from '@ringfence/netlink';
import { missing } from '../testing.ts';
import type { PodEntry } from './pod-entrance.ts';
import { type Command, podExec } from './pod-exec.ts';

/** Why commands cannot be run in pods here; `undefined` where they can. */
export const cannotEnter: string | undefined = missing ?? whyNotMounting() ?? whyNoProgram();

function whyNotMounting(): string | undefined {
  try {
    makeMountNamespace(() => undefined).close();
    return undefined;
  } catch (error) {
    if (error instanceof SystemError) return `needs the right to mount (${error.code})`;
    throw error;
  }
}

function whyNoProgram(): string | undefined {
  return spawnSync('nsenter', ['-V']).error === undefined ? undefined : 'needs `nsenter`';
}

/** What a command did. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs a command in a pod to its end; servers of this process may answer meanwhile. */
export async function runIn(
  entry: PodEntry,
  command: Command,
  input: Uint8Array | string = '',
): Promise<Ended> {
  const { file, args, env } = podExec(entry, command, { TERM: 'dumb' });
  const child = spawn(file, args, { env });
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  // A command that reads nothing may have ended before.
  child.stdin.on('error', () => undefined).end(input);
  const [output, errors] = await Promise.all([buffer(child.stdout), text(child.stderr)]);
  return { code: await code, output: output.toString(), errors };
}
