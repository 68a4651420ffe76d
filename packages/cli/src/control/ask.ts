import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { EXIT, Failure } from '../failure.ts';
import { answerIn } from './lines.ts';
import type { Answer, Request } from './protocol.ts';
import { withSocketPath } from '@ringfence/kube';

/**
 * Asks the lab, and gives its answers as they come.
 *
 * @param options.signal ends the wait for answers, as if the lab had gone away.
 * @returns `undefined` where nobody listens.
 * @throws {Failure} with what the lab refuses.
 */
export async function ask(
  socketPath: string,
  request: Request,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<AsyncIterable<Answer> | undefined> {
  const socket = await open(socketPath);
  if (socket === undefined) return undefined;
  signal?.addEventListener('abort', () => socket.destroy());
  socket.write(`${JSON.stringify(request)}\n`);
  return answers(socket);
}

async function open(socketPath: string): Promise<Socket | undefined> {
  const socket = withSocketPath(socketPath, (short) => connect(short));
  try {
    await once(socket, 'connect');
    return socket;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure(EXIT.worldFailed, `cannot speak to the cluster: ${reason}`, { cause: error });
  }
}

async function* answers(socket: Socket): AsyncIterable<Answer> {
  try {
    for await (const line of createInterface({ input: socket })) {
      const answer = answerIn(line);
      if (answer.kind === 'refused') throw new Failure(answer.exitCode, answer.message);
      if (answer.kind === 'done') return;
      yield answer;
    }
  } finally {
    socket.destroy();
  }
  throw new Failure(EXIT.worldFailed, 'the cluster went away in the middle of its answer');
}

/** What is said where no cluster is up. */
export function nothingUp(folder: string): Failure {
  const message = `no cluster is up here (${folder}): start one with ringfence up -f DIR`;
  return new Failure(EXIT.worldFailed, message);
}
