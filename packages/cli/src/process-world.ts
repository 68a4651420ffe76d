import { EXIT, Failure } from './failure.ts';
import { ClosedOutput, type Output, type Parent, type World } from './world.ts';

// An `import` of node:fs would load all of its streams, a tenth of a start.
const { fstatSync, writeSync } = process.getBuiltinModule('node:fs');

/** The world of a running process. Streams that nobody uses are not opened: that takes time. */
export function processWorld(process: NodeJS.Process): World {
  return {
    args: process.argv.slice(2),
    env: process.env,
    stdin: { [Symbol.asyncIterator]: () => process.stdin[Symbol.asyncIterator]() },
    stdout: outputTo(1),
    stderr: unfailing(outputTo(2)),
    get isTerminal() {
      return isTerminal(1);
    },
    get isInteractive() {
      return isTerminal(0);
    },
    cwd: process.cwd(),
    interruption: () => interruptionOf(process),
    get parent() {
      return parentOf(process);
    },
    self: [process.execPath, ...process.execArgv, process.argv[1] ?? ''],
    become: (file, args, env) => become(process, file, args, env),
  };
}

/** The kernel's numbers of memory devices begin so; of all that is no terminal `/dev/null` is asked about. */
const MEMORY_DEVICES = 1;

function isTerminal(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isCharacterDevice() || stats.rdev >> 8 === MEMORY_DEVICES) return false;
  } catch {
    // It is closed.
    return false;
  }
  // To load it takes a tenth of a start.
  return process.getBuiltinModule('node:tty').isatty(descriptor);
}

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function interruptionOf(process: NodeJS.Process): AbortSignal {
  const controller = new AbortController();
  for (const signal of ENDING) process.once(signal, () => controller.abort(signal));
  return controller.signal;
}

function parentOf(process: NodeJS.Process): Parent | undefined {
  if (process.send === undefined) return undefined;
  const controller = new AbortController();
  process.once('disconnect', () => controller.abort());
  return {
    send: (message) => void (process.connected && process.send?.(message)),
    gone: controller.signal,
  };
}

function become(
  process: NodeJS.Process,
  file: string,
  args: readonly string[],
  env: World['env'],
): never {
  if (process.execve === undefined) throw new Error('this Node cannot become another program');
  const found = programAt(file, process.env['PATH'] ?? '');
  if (found === undefined) throw new Failure(EXIT.worldFailed, `\`${file}\` is not installed`);
  const set = Object.entries(env).filter(([, value]) => value !== undefined);
  process.execve(found, [file, ...args], Object.fromEntries(set));
  throw new Error(`${file} was not started`);
}

function programAt(file: string, path: string): string | undefined {
  const { accessSync, constants } = process.getBuiltinModule('node:fs');
  const places = file.includes('/') ? [file] : path.split(':').map((folder) => `${folder}/${file}`);
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      // Not there, or not ours to run: the next one may be.
      return false;
    }
  });
}

/** Writes at once, without a stream: what is written is out even if the process ends. */
function outputTo(descriptor: number): Output {
  return {
    async write(text) {
      let rest = Buffer.from(text);
      while (rest.length > 0) {
        const written = tryWrite(descriptor, rest);
        rest = rest.subarray(written);
        if (written === 0) await readyAgain();
      }
    },
  };
}

/** Messages that nobody can read any more change neither the answer nor the exit code. */
function unfailing(output: Output): Output {
  return {
    async write(text) {
      try {
        await output.write(text);
      } catch (error) {
        if (!(error instanceof ClosedOutput || error instanceof Failure)) throw error;
      }
    },
  };
}

/** How much was taken: nothing while the reader of a pipe that does not block is behind. */
function tryWrite(descriptor: number, bytes: Buffer): number {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EAGAIN') return 0;
    if (code === 'EPIPE') throw new ClosedOutput('', { cause: error });
    if (!(error instanceof Error)) throw error;
    throw new Failure(EXIT.worldFailed, `cannot write: ${reasonOf(error)}`, { cause: error });
  }
}

/** `no space left on device`, of all that Node says around it. */
function reasonOf({ message }: Error): string {
  return message.replace(/^[A-Z]+: |, write$/gu, '');
}

function readyAgain(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 1);
  });
}
