import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import {
  type IpFamily,
  type NetworkNamespace,
  openInetSocket,
  openListener,
} from '@ringfence/netlink';
import { respondSctp } from './sctp/sctp-responder.ts';
import { answerHttp, looksLikeHttp } from './http-answer.ts';

/** A port on which somebody answers. */
export interface AnsweredPort {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
}

/** Something that answers on one port until it is closed. */
export interface Responder {
  close(): void;
}

const EVERY_ADDRESS: Readonly<Record<IpFamily, string>> = { IPv4: '0.0.0.0', IPv6: '::' };

/** At one port; more than a probe opens at once. Who comes then is hung up on. */
const MOST_CLIENTS = 2_000;
/** Who connects and says nothing, as people with `nc` do, is told the name after this time. */
const PATIENCE_MS = 50;
/** And is hung up on when it goes on saying nothing. */
const IDLE_MS = 10_000;

/**
 * Answers on a port, in one family, with a name and a line break: UDP to whoever sends anything, TCP
 * and SCTP to whoever connects. A request of HTTP gets the name as a page.
 *
 * @param onError is told what goes wrong later: a client that vanished is nobody's trouble.
 */
export function respond(
  namespace: NetworkNamespace,
  {
    protocol,
    port,
    family,
    name,
  }: AnsweredPort & {
    readonly family: IpFamily;
    readonly name: string;
  },
  onError: (error: Error) => void,
): Responder {
  if (protocol === 'SCTP') return respondSctp(namespace, { port, family, name }, onError);
  const at = { address: EVERY_ADDRESS[family], port };
  if (protocol === 'TCP') {
    const fd = openListener(namespace, { family, ...at });
    const clients = new Set<Socket>();
    const server = createServer((client) => {
      clients.add(client);
      client.on('close', () => clients.delete(client));
      greet(client, name);
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
  const fd = openInetSocket(namespace, { kind: 'datagram', family, from: at });
  const socket = createSocket(family === 'IPv4' ? 'udp4' : 'udp6');
  const words = `${name}\n`;
  const stopSaying = say(words);
  socket.on('error', onError);
  socket.on('message', (said, { address, port: from }) => {
    // Who sends from port 0 wants no answer: there is no way to send one. Who is gone gets none.
    if (from !== 0 && !SAID.has(String(said))) socket.send(words, from, address, () => {});
  });
  socket.bind({ fd, exclusive: true });
  return {
    close() {
      stopSaying();
      socket.close();
    },
  };
}

/** What is said on UDP, and by how many: who answered an answer would never come to an end. */
const SAID = new Map<string, number>();

function say(words: string): () => void {
  SAID.set(words, (SAID.get(words) ?? 0) + 1);
  return () => {
    const left = (SAID.get(words) ?? 1) - 1;
    if (left === 0) SAID.delete(words);
    else SAID.set(words, left);
  };
}

/** Says the name in the client's own language, which its first words tell. */
function greet(client: Socket, name: string): void {
  const plainly = (): void => void client.end(`${name}\n`);
  const timer = setTimeout(plainly, PATIENCE_MS);
  client.on('error', () => client.destroy()).on('close', () => clearTimeout(timer));
  client.setTimeout(IDLE_MS, () => client.destroy());
  client.once('data', (first) => {
    clearTimeout(timer);
    if (looksLikeHttp(first)) answerHttp(client, first, name);
    else plainly();
  });
}
