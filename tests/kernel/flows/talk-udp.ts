import { createSocket, type Socket } from 'node:dgram';
import { nowMs } from './clock.ts';
import { createLog, type StreamLog } from './stream-log.ts';
import type { Talk } from './talk.ts';
import type { Wire } from './wire.ts';

/** What a client says only to be known to the server: a number that no record has. */
const HELLO = 0xffff_ffff;

/** Lets both sides of a UDP flow talk: each record is a packet with its number. */
export function talkUdp(wire: Wire): Talk {
  const { speaker } = wire;
  const fromClient = speaker === 'server' ? undefined : createLog(wire.id, 'client');
  const fromServer = speaker === 'client' ? undefined : createLog(wire.id, 'server');
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  let isConnected = false;
  let isMet = false;

  const server = listen(wire, wire.server, (number, { address, port }) => {
    if (number !== HELLO) fromClient?.arrived(number);
    if (isMet || fromServer === undefined) return;
    isMet = true;
    server.connect(port, address, open);
  });
  const client = listen(wire, wire.client, (number) => fromServer?.arrived(number));
  client.connect(wire.port, wire.address, () => {
    isConnected = true;
    if (fromServer === undefined) open();
  });

  return {
    opened,
    logs: [fromClient, fromServer].flatMap((log) => log ?? []),
    tick() {
      if (!isConnected) return;
      if (fromClient !== undefined) speak(client, fromClient);
      else if (!isMet) client.send(recordOf(HELLO));
      if (fromServer !== undefined && isMet) speak(server, fromServer);
    },
    close() {
      client.close();
      server.close();
    },
  };
}

function listen(
  { family }: Wire,
  fd: number,
  heard: (number: number, from: { readonly address: string; readonly port: number }) => void,
): Socket {
  const socket = createSocket(family === 'IPv4' ? 'udp4' : 'udp6');
  socket.on('message', (record, from) => heard(record.readUInt32BE(0), from));
  // Who is told that nobody is there goes on: that is not an answer.
  socket.on('error', () => undefined);
  socket.bind({ fd, exclusive: true });
  return socket;
}

function speak(socket: Socket, log: StreamLog): void {
  const began = nowMs();
  try {
    // Connected, so that it is with the kernel when this returns.
    socket.send(recordOf(log.count()));
  } catch {
    return;
  }
  log.sent(began, nowMs());
}

function recordOf(number: number): Buffer {
  const record = Buffer.alloc(4);
  record.writeUInt32BE(number);
  return record;
}
