import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { unreachable } from '@ringfence/core';
import { createFrameReader, frameOf } from './frames.ts';
import {
  FEED_FORMAT,
  type FeedMessage,
  type FollowerMessage,
  isFeedMessage,
} from './feed-message.ts';
import type { ObjectListener, ObjectSource } from './object-source.ts';
import { withSocketPath } from './socket-path.ts';

/** The objects that another process serves with `serveFeed`. */
export interface FeedSource extends ObjectSource {
  /** Tells the serving side something of this one: the latest, again whenever it is found anew. */
  report(report: unknown): void;
}

export interface FeedSourceOptions {
  /** The node for which they are followed. */
  readonly node: string;
  /** How long to wait before the feed is looked for again, in milliseconds. @default {50} */
  readonly firstRetryMs?: number;
}

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 5_000;

/** More than a cluster of 100,000 pods takes. */
const MOST_BYTES = 1 << 30;

/** Makes a source of what another process of the same version serves. */
export function feedSource(
  socketPath: string,
  { node, firstRetryMs = FIRST_RETRY_MS }: FeedSourceOptions,
): FeedSource {
  const reporting = createReporting(node);
  return {
    report: reporting.report,
    async follow(listener, signal) {
      let retryMs = firstRetryMs;
      let told = '';
      while (!signal.aborted) {
        const { heard, why } = await converse({ socketPath, reporting, listener, signal });
        if (signal.aborted) return;
        const message = `the feed \`${socketPath}\` ${why}`;
        if (heard || message !== told) listener.trouble(message);
        told = message;
        retryMs = heard ? firstRetryMs : Math.min(retryMs * 2, LAST_RETRY_MS);
        // Whoever ends the wait wants no more of it.
        await pause(retryMs, undefined, { signal }).catch(() => {});
      }
    },
  };
}

/** What is said to the serving side. */
interface Reporting {
  report(report: unknown): void;
  /** Says all that there is to say, and goes on so. */
  begin(socket: Socket): void;
  end(): void;
}

function createReporting(node: string): Reporting {
  let line: Socket | undefined;
  let latest: { readonly report: unknown } | undefined;
  const say = (message: FollowerMessage): void => void line?.write(frameOf(message));
  const sayLatest = (): void => {
    // While nobody reads, only the latest one is kept.
    if (latest === undefined || line === undefined || line.writableNeedDrain) return;
    const { report } = latest;
    latest = undefined;
    last = report;
    say({ kind: 'report', report });
  };
  let last: unknown;
  return {
    report(report) {
      latest = { report };
      sayLatest();
    },
    begin(socket) {
      line = socket;
      socket.on('drain', sayLatest);
      say({ kind: 'hello', format: FEED_FORMAT, node, pid: process.pid });
      if (last !== undefined) latest ??= { report: last };
      sayLatest();
    },
    end() {
      line = undefined;
    },
  };
}

interface Following {
  readonly socketPath: string;
  readonly reporting: Reporting;
  readonly listener: ObjectListener;
  readonly signal: AbortSignal;
}

/** How a conversation ended, and whether anything was heard before. */
interface Ended {
  readonly heard: boolean;
  readonly why: string;
}

/** Follows as long as it goes. Rejects with what the listener throws. */
function converse({ socketPath, reporting, listener, signal }: Following): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const read = createFrameReader(MOST_BYTES);
    let heard = false;
    let why = 'has ended';
    const socket = withSocketPath(socketPath, (short) => connect(short));
    const leave = (): void => void socket.destroy();
    signal.addEventListener('abort', leave);
    socket.on('connect', () => reporting.begin(socket));
    socket.on('error', ({ message }) => {
      why = `does not answer: ${message}`;
    });
    socket.on('close', () => {
      signal.removeEventListener('abort', leave);
      reporting.end();
      resolve({ heard, why });
    });
    socket.on('data', (bytes) => {
      const messages = messagesIn(read, Buffer.from(bytes));
      if (messages === undefined) {
        why = 'says what no feed does';
        socket.destroy();
        return;
      }
      heard ||= messages.length > 0;
      try {
        for (const message of messages) tell(listener, message);
      } catch (error) {
        reject(error);
        socket.destroy();
      }
    });
  });
}

/** @returns undefined for what is none of ours. */
function messagesIn(
  read: (bytes: Buffer) => readonly unknown[],
  bytes: Buffer,
): readonly FeedMessage[] | undefined {
  try {
    const values = read(bytes);
    return values.every(isFeedMessage) ? values : undefined;
  } catch {
    // Whatever it is: it cannot be read on.
    return undefined;
  }
}

function tell(listener: ObjectListener, message: FeedMessage): void {
  switch (message.kind) {
    case 'replace':
      listener.replace(message.objects, message.version);
      return;
    case 'change':
      listener.change(message.changes, message.version);
      return;
    case 'trouble':
      listener.trouble(message.message);
      return;
    default:
      unreachable(message);
  }
}
