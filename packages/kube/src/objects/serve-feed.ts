import { once } from 'node:events';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { createFrameReader, frameOf } from './frames.ts';
import { createFeedLine, type FeedLine } from './feed-line.ts';
import {
  FEED_FORMAT,
  type FeedFollower,
  type FeedMessage,
  type FollowerMessage,
  isFollowerMessage,
} from './feed-message.ts';
import { createFeedState } from './feed-state.ts';
import type { ObjectListener } from './object-source.ts';
import { withSocketPath } from './socket-path.ts';

/** Tells other processes what it is told itself, over a socket. */
export interface Feed extends ObjectListener {
  close(): void;
}

export interface FeedOptions {
  /** Is told what a follower says of itself; it is of this version's own making. */
  readonly onReport: (follower: FeedFollower, report: unknown) => void;
  /** Is told that a follower has gone. */
  readonly onLeave: (follower: FeedFollower) => void;
  /** Is told why somebody was turned away. */
  readonly onError: (error: Error) => void;
}

/** Longer than what any follower says of itself, with every pod of a node. */
const MOST_BYTES = 64 << 20;

/**
 * Serves objects at a socket that only this user may open. Whoever comes is told all that there is,
 * then what changes; whoever reads slowly is told the latest, not everything between.
 */
export async function serveFeed(socketPath: string, options: FeedOptions): Promise<Feed> {
  const state = createFeedState();
  const lines = new Map<Socket, FeedLine>();
  let trouble: string | undefined;

  const welcome = (socket: Socket): void => {
    const line = createFeedLine(socket, state);
    lines.set(socket, line);
    line.replace();
    if (trouble !== undefined) line.trouble(trouble);
  };

  rmSync(socketPath, { force: true });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      lines.delete(socket);
    });
    converse(socket, welcome, options);
  });
  withSocketPath(socketPath, (short) => server.listen(short));
  await once(server, 'listening');
  withSocketPath(socketPath, (short) => chmodSync(short, 0o600));

  return {
    replace(objects, version) {
      trouble = undefined;
      state.replace(objects, version);
      for (const line of lines.values()) line.replace();
    },
    change(changes, version) {
      trouble = undefined;
      state.change(changes, version);
      const message: FeedMessage = { kind: 'change', changes, version };
      let packed: Buffer | undefined;
      const frame = (): Buffer => (packed ??= frameOf(message));
      for (const line of lines.values()) line.change(changes, version, frame);
    },
    trouble(message) {
      trouble = message;
      for (const line of lines.values()) line.trouble(message);
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Hears a follower out; it is told nothing before it has said who it is. */
function converse(
  socket: Socket,
  welcome: (socket: Socket) => void,
  { onReport, onLeave, onError }: FeedOptions,
): void {
  const read = createFrameReader(MOST_BYTES);
  let follower: FeedFollower | undefined;

  const hear = (message: FollowerMessage): void => {
    if (message.kind === 'report') {
      if (follower !== undefined) onReport(follower, message.report);
      return;
    }
    if (message.format !== FEED_FORMAT) throw new Error(`it speaks format ${message.format}`);
    const { node, pid } = message;
    follower = { node, pid };
    welcome(socket);
  };

  socket.on('error', (error) => socket.destroy(error));
  socket.on('close', () => follower && onLeave(follower));
  socket.on('data', (bytes) => {
    try {
      for (const value of read(Buffer.from(bytes))) {
        if (!isFollowerMessage(value)) throw new Error('it says what no follower does');
        hear(value);
      }
    } catch (error) {
      socket.destroy();
      const reason = error instanceof Error ? error.message : String(error);
      onError(new Error(`a follower was turned away: ${reason}`, { cause: error }));
    }
  });
}
