import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';

/** A part of the cluster that runs as a process of its own. */
export interface Part {
  /** The program and its arguments, asked for before each start. */
  readonly command: () => readonly [string, ...string[]];
  /** Where it writes what it has to say. */
  readonly log: string;
  /** Starts it where it belongs; absent: where we are. */
  readonly within?: (start: () => ChildProcess) => ChildProcess;
  /** How long it may take to end, in milliseconds. @default {5000} */
  readonly stopMs?: number;
}

export interface Supervision {
  /** Is called before each start. */
  readonly prepare: () => void;
  /** Is told what a part sends to us. */
  readonly onMessage: (message: unknown) => void;
  /** Is told how a part ended that should have stayed, and when it is started again. */
  readonly onEnd: (how: string, retryMs: number | undefined) => void;
  /** Whether a part that has ended is started again. */
  readonly restarts: () => boolean;
}

/** A part that is kept running. */
export interface Supervised {
  /** Its process; undefined while it does not run. */
  pid(): number | undefined;
  /** Ends it; a part that does not want to end is killed. Resolves when it is gone. */
  stop(): Promise<void>;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 10_000;
/** A part that ran this long is no longer failing. */
const STEADY_MS = 10_000;
const STOP_MS = 5_000;

/** Keeps a part running: it is started again when it ends, later each time that it fails at once. */
export function supervise(part: Part, supervision: Supervision): Supervised {
  let retryMs = FIRST_RETRY_MS;
  let stopping = false;
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;

  const start = (): void => {
    const startedAt = performance.now();
    supervision.prepare();
    const running = launch(part);
    child = running;
    running.on('message', supervision.onMessage);
    const ended = (how: string): void => {
      child = undefined;
      if (stopping) return;
      if (performance.now() - startedAt > STEADY_MS) retryMs = FIRST_RETRY_MS;
      if (!supervision.restarts()) {
        supervision.onEnd(how, undefined);
        return;
      }
      supervision.onEnd(how, retryMs);
      timer = setTimeout(start, retryMs);
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
    };
    running.once('error', (error) => {
      // What could not be started does not exit.
      if (running.pid === undefined) ended(error.message);
    });
    running.once('exit', (code, signal) => ended(signal ?? `exit code ${code ?? 0}`));
  };
  start();

  return {
    pid: () => child?.pid,
    async stop() {
      stopping = true;
      clearTimeout(timer);
      if (child === undefined) return;
      const leaving = child;
      const gone = new Promise((resolve) => leaving.once('exit', resolve));
      leaving.kill('SIGTERM');
      const impatience = setTimeout(() => leaving.kill('SIGKILL'), part.stopMs ?? STOP_MS);
      await gone;
      clearTimeout(impatience);
    },
  };
}

/** In a session of its own, so that Ctrl-C at a terminal reaches the supervisor alone. */
function launch({ command, log, within = (start) => start() }: Part): ChildProcess {
  const [program, ...args] = command();
  mkdirSync(path.dirname(log), { recursive: true });
  const output = openSync(log, 'a');
  try {
    return within(() =>
      spawn(program, args, { detached: true, stdio: ['ignore', output, output, 'ipc'] }),
    );
  } finally {
    closeSync(output);
  }
}
