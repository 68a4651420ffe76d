import { createServer, Socket } from 'node:net';
import { nowMs } from './clock.ts';
import { createLog } from './stream-log.ts';
import type { Talk } from './talk.ts';
import type { Wire } from './wire.ts';

const RECORD_BYTES = 16;

/** Lets one side of a TCP flow talk: records of one size, in order. */
export function talkTcp({ id, speaker, ...wire }: Wire): Talk {
  const from = speaker === 'server' ? 'server' : 'client';
  const log = createLog(id, from);
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  let speaking: Socket | undefined;
  let isConnected = false;
  let accepted: Socket | undefined;
  let bytes = 0;

  const broken = (error: Error): void =>
    log.broke('code' in error ? String(error.code) : error.message);
  const hear = (socket: Socket): void => {
    let before = 0;
    socket.on('data', ({ length }: Buffer) => {
      bytes += length;
      for (; (before + 1) * RECORD_BYTES <= bytes; before += 1) log.arrived(before);
    });
  };
  const prepare = (socket: Socket, side: 'client' | 'server'): void => {
    socket.setNoDelay(true);
    if (side === from) speaking = socket;
    else hear(socket);
    if (isConnected && accepted !== undefined) open();
  };

  const server = createServer((socket) => {
    accepted = socket;
    socket.on('error', broken);
    prepare(socket, 'server');
  });
  server.listen({ fd: wire.server });
  const client = new Socket({ fd: wire.client });
  client.on('error', broken);
  client.connect({ host: wire.address, port: wire.port }, () => {
    isConnected = true;
    prepare(client, 'client');
  });

  return {
    opened,
    logs: [log],
    tick() {
      if (speaking === undefined || speaking.writableLength > 0) return;
      const began = nowMs();
      speaking.write(Buffer.alloc(RECORD_BYTES));
      log.sent(began, nowMs());
    },
    close() {
      client.destroy();
      accepted?.destroy();
      server.close();
    },
  };
}
