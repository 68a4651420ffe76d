import { once } from 'node:events';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { EXIT, Failure } from '../failure.ts';
import { requestIn } from './lines.ts';
import type { Answer, Request } from './protocol.ts';
import { withSocketPath } from '@ringfence/kube';

/** Gives the answers to a request, but for the last one, which says that they are complete. */
export type Answering = (request: Request, signal: AbortSignal) => AsyncIterable<Answer>;

/** More than any request has. */
const LONGEST_LINE = 1_000_000;

/**
 * Listens at a socket that only this user may open, in a folder that only this user may enter.
 *
 * @param onError is told what an answer fails with that is nobody's mistake but ours.
 */
export async function serve(
  socketPath: string,
  answering: Answering,
  onError: (error: unknown) => void,
): Promise<Server> {
  rmSync(socketPath, { force: true });
  const server = createServer((client) => {
    client.on('error', () => client.destroy());
    converse(client, answering, onError).catch(onError);
  });
  withSocketPath(socketPath, (short) => server.listen(short));
  await once(server, 'listening');
  withSocketPath(socketPath, (short) => chmodSync(short, 0o600));
  return server;
}

async function converse(
  client: Socket,
  answering: Answering,
  onError: (error: unknown) => void,
): Promise<void> {
  const gone = new AbortController();
  client.on('close', () => gone.abort());
  const line = await firstLine(client);
  if (line === undefined) return;
  const say = async (answer: Answer): Promise<void> => {
    if (client.write(`${JSON.stringify(answer)}\n`) || gone.signal.aborted) return;
    await Promise.race([once(client, 'drain'), once(client, 'close')]);
  };
  try {
    for await (const answer of answering(requestIn(line), gone.signal)) {
      if (gone.signal.aborted) return;
      await say(answer);
    }
    await say({ kind: 'done' });
  } catch (error) {
    if (!(error instanceof Failure || gone.signal.aborted)) onError(error);
    await say(refusal(error));
  }
  client.end();
}

/** The first line that somebody says; `undefined` where he leaves without a whole one. */
function firstLine(client: Socket): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = '';
    client.on('close', () => resolve(undefined));
    client.setEncoding('utf8').on('data', (part: string) => {
      if (said.includes('\n')) return;
      said += part;
      const end = said.indexOf('\n');
      if (end !== -1) resolve(said.slice(0, end));
      else if (said.length > LONGEST_LINE) client.destroy();
    });
  });
}

function refusal(error: unknown): Answer {
  if (error instanceof Failure) {
    return { kind: 'refused', message: error.message, exitCode: error.exitCode };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'refused', message, exitCode: EXIT.worldFailed };
}
