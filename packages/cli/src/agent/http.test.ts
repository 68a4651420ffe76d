import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { AgentStatus } from '@ringfence/agent';
import { type Asked, type AgentServer, serveAgent } from './http.ts';

const READY: AgentStatus = {
  node: 'n1',
  phase: 'enforcing',
  realised: '7',
  problems: [],
  warnings: [],
  pods: [],
  policies: [],
};

const asked = (rest: Partial<AgentStatus> = {}): Asked => ({
  status: () => ({ ...READY, ...rest }),
  metrics: () => 'ringfence_up 1\n',
});

let server: AgentServer | undefined;
afterEach(() => server?.close());

async function ask(agent: Asked | undefined, path: string, method = 'GET'): Promise<Response> {
  server = await serveAgent({ host: '127.0.0.1', port: 0 }, () => agent);
  return await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
}

test.each<[reason: string, agent: Asked | undefined, path: string, code: number, text: string]>([
  ['it lives', undefined, '/healthz', 200, 'ok\n'],
  ['it has not started', undefined, '/readyz', 503, 'the agent has not started yet\n'],
  ['it has no status yet', undefined, '/status', 503, 'the agent has not started yet\n'],
  ['it enforces', asked(), '/readyz', 200, 'ok\n'],
  ['with a query, as some probes ask', asked(), '/readyz?verbose', 200, 'ok\n'],
  [
    'it waits for objects',
    asked({ phase: 'waiting', problems: ['no manifests'] }),
    '/readyz',
    503,
    'the objects are not known yet\nno manifests\n',
  ],
  [
    'something is wrong',
    asked({ problems: ['IPVS is in use'] }),
    '/readyz',
    503,
    'IPVS is in use\n',
  ],
  ['what is measured', asked(), '/metrics', 200, 'ringfence_up 1\n'],
  ['what it says of itself', asked(), '/status', 200, `${JSON.stringify(READY, undefined, 2)}\n`],
  [
    'a page that there is not',
    asked(),
    '/',
    404,
    'there are /healthz, /readyz, /metrics and /status\n',
  ],
])('%s', async (_, agent, path, code, text) => {
  const response = await ask(agent, path);
  expect([response.status, await response.text()]).toEqual([code, text]);
});

test('metrics are what Prometheus reads, a status is JSON', async () => {
  const metrics = await ask(asked(), '/metrics');
  expect(metrics.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  server?.close();
  const status = await ask(asked(), '/status');
  expect(status.headers.get('content-type')).toBe('application/json');
});

test.each([
  ['HEAD', 200],
  ['POST', 405],
  ['DELETE', 405],
])('%s is answered with %i', async (method, code) => {
  expect((await ask(asked(), '/healthz', method)).status).toBe(code);
});

test('an address that is taken is told', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(serveAgent({ host: '127.0.0.1', port }, () => undefined)).rejects.toThrow(
    '--listen: listen EADDRINUSE',
  );
  other.close();
});
