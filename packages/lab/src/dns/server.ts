import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import {
  type IpFamily,
  type NetworkNamespace,
  openInetSocket,
  openListener,
} from '@ringfence/netlink';
import type { Responder } from '../traffic/responder.ts';
import type { Transport } from './answer.ts';
import { serveTcpClient, type TcpLimits } from './tcp-client.ts';

/** Gives the bytes that answer a message; `undefined` where it must not be answered. */
export type AnswerMessage = (query: Uint8Array, transport: Transport) => Uint8Array | undefined;

const PORT = 53;
const EVERY_ADDRESS: Readonly<Record<IpFamily, string>> = { IPv4: '0.0.0.0', IPv6: '::' };
const LIMITS: TcpLimits = { idleMs: 10_000, mostBytes: 4_096 };
/** In one family; who comes then is hung up on. */
const MOST_CLIENTS = 256;

/**
 * Serves DNS in a namespace, on UDP and TCP, until it is closed.
 *
 * @param onError is told what goes wrong later: a client that vanished is nobody's trouble.
 * @throws {SystemError} where a port is taken; then none is.
 */
export function serveDns(
  namespace: NetworkNamespace,
  {
    families,
    limits = LIMITS,
  }: { readonly families: readonly IpFamily[]; readonly limits?: TcpLimits },
  answer: AnswerMessage,
  onError: (error: Error) => void,
): Responder {
  const open: Responder[] = [];
  const close = (): void => {
    for (const each of open.splice(0)) each.close();
  };
  try {
    for (const family of families) {
      open.push(serveUdp(namespace, family, answer, onError));
      open.push(serveTcp(namespace, { family, limits }, answer, onError));
    }
  } catch (error) {
    close();
    throw error;
  }
  return { close };
}

function serveUdp(
  namespace: NetworkNamespace,
  family: IpFamily,
  answer: AnswerMessage,
  onError: (error: Error) => void,
): Responder {
  const from = { address: EVERY_ADDRESS[family], port: PORT };
  const fd = openInetSocket(namespace, { kind: 'datagram', family, from });
  const socket = createSocket(family === 'IPv4' ? 'udp4' : 'udp6');
  socket.on('error', onError);
  socket.on('message', (query, { address, port }) => {
    // Who sends from port 0 wants no answer: there is no way to send one.
    const response = port === 0 ? undefined : answer(query, 'UDP');
    // Where the client is gone or may not be answered, it asks again or gives up.
    if (response !== undefined) socket.send(response, port, address, () => {});
  });
  socket.bind({ fd, exclusive: true });
  return { close: () => socket.close() };
}

function serveTcp(
  namespace: NetworkNamespace,
  { family, limits }: { readonly family: IpFamily; readonly limits: TcpLimits },
  answer: AnswerMessage,
  onError: (error: Error) => void,
): Responder {
  const fd = openListener(namespace, { family, address: EVERY_ADDRESS[family], port: PORT });
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    client.on('close', () => clients.delete(client));
    serveTcpClient(client, (query) => answer(query, 'TCP'), limits);
  });
  server.maxConnections = MOST_CLIENTS;
  server.on('error', onError).listen({ fd });
  return {
    close() {
      server.close();
      for (const client of clients) client.destroy();
    },
  };
}
