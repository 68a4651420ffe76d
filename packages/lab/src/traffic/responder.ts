import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import {
  type IpFamily,
  type NetworkNamespace,
  openInetSocket,
  openListener,
} from '@ringfence/netlink';

/** A port on which somebody answers. */
export interface AnsweredPort {
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
}

/** Something that answers on one port until it is closed. */
export interface Responder {
  close(): void;
}

const EVERY_ADDRESS: Readonly<Record<IpFamily, string>> = { IPv4: '0.0.0.0', IPv6: '::' };

/**
 * Answers on a port, in one family, with a name and a line break: TCP says it to whoever connects,
 * and hangs up; UDP to whoever sends anything.
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
  const answer = `${name}\n`;
  const from = { address: EVERY_ADDRESS[family], port };
  if (protocol === 'TCP') {
    const fd = openListener(namespace, { family, ...from });
    const server = createServer((client) => {
      client.on('error', () => client.destroy());
      client.end(answer);
    });
    server.on('error', onError).listen({ fd });
    return { close: () => server.close() };
  }
  const fd = openInetSocket(namespace, { kind: 'datagram', family, from });
  const socket = createSocket(family === 'IPv4' ? 'udp4' : 'udp6');
  socket.on('error', onError);
  socket.on('message', (_, client) => socket.send(answer, client.port, client.address));
  socket.bind({ fd, exclusive: true });
  return { close: () => socket.close() };
}
