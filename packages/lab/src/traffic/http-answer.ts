import { createServer } from 'node:http';
import type { Socket } from 'node:net';

/** The names of the pods behind the connections that speak HTTP. */
const NAMES = new WeakMap<Socket, string>();

/** One server for all pods: connections are handed to it, it listens nowhere. */
const server = createServer((request, response) => {
  const { socket } = request;
  const [path] = (request.url ?? '/').split('?');
  const client = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`;
  const body = path === '/clientip' ? client : (NAMES.get(socket) ?? '');
  request.resume();
  response.writeHead(200, { 'content-type': 'text/plain', connection: 'close' });
  response.end(`${body}\n`);
});

/** Whether a client's first bytes are the beginning of a request: a method and a blank. */
export function looksLikeHttp(first: Buffer | string): boolean {
  return /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|CONNECT) /u.test(String(first));
}

/**
 * Answers a request of HTTP, whose first bytes were read already, with a pod's name; `/clientip`
 * with the address and port of who asks, as this side sees them.
 */
export function answerHttp(client: Socket, first: Buffer | string, name: string): void {
  NAMES.set(client, name);
  server.emit('connection', client);
  client.unshift(first);
}
