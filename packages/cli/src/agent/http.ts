import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EXIT, Failure } from '../failure.ts';
import type { Agent, AgentStatus } from '@ringfence/agent';
import type { ListenAddress } from './settings.ts';

/** What an agent is asked. */
export type Asked = Pick<Agent, 'status' | 'metrics'>;

interface Page {
  readonly code: number;
  readonly type: string;
  readonly text: string;
}

/** A server that answers for an agent. */
export interface AgentServer {
  readonly port: number;
  close(): void;
}

/**
 * Answers for an agent over HTTP.
 *
 * @param agent undefined as long as it has not started.
 * @throws {Failure} where it cannot listen there.
 */
export async function serveAgent(
  { host, port }: ListenAddress,
  agent: () => Asked | undefined,
): Promise<AgentServer> {
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request;
    const { code, type, text } = pageAt(agent(), method, url);
    response.writeHead(code, {
      'content-type': type,
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-store',
    });
    response.end(method === 'HEAD' ? '' : text);
  });
  server.listen({ host, port });
  try {
    await once(server, 'listening');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure(EXIT.worldFailed, `--listen: ${reason}`, { cause: error });
  }
  return {
    port: portOf(server.address()),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const TEXT = 'text/plain; charset=utf-8';
const METRICS = 'text/plain; version=0.0.4; charset=utf-8';

/** What is answered on a path. */
function pageAt(agent: Asked | undefined, method: string, url: string): Page {
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'only GET and HEAD are answered\n');
  const path = url.replace(/[?#].*$/u, '');
  if (path === '/healthz') return plain(200, 'ok\n');
  if (!['/readyz', '/metrics', '/status'].includes(path)) {
    return plain(404, 'there are /healthz, /readyz, /metrics and /status\n');
  }
  if (agent === undefined) return plain(503, 'the agent has not started yet\n');
  if (path === '/metrics') return { code: 200, type: METRICS, text: agent.metrics() };
  const status = agent.status();
  if (path === '/status') {
    const text = `${JSON.stringify(status, undefined, 2)}\n`;
    return { code: 200, type: 'application/json', text };
  }
  const reasons = reasonsOf(status);
  return reasons.length === 0 ? plain(200, 'ok\n') : plain(503, `${reasons.join('\n')}\n`);
}

function plain(code: number, text: string): Page {
  return { code, type: TEXT, text };
}

const PHASES: Readonly<Record<AgentStatus['phase'], string>> = {
  starting: 'nothing is in the kernel yet',
  waiting: 'the objects are not known yet',
  enforcing: '',
};

/** Why an agent is not ready, in words; empty where it is. */
function reasonsOf({ phase, problems }: AgentStatus): readonly string[] {
  return [PHASES[phase], ...problems].filter((reason) => reason !== '');
}
