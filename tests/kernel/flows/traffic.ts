import { Worker } from 'node:worker_threads';
import type { News, Order, ProbeWire, Stream, Wire } from './wire.ts';

/** Flows that go on in a thread of their own. */
export interface Traffic {
  /** Takes sockets over and begins; resolves when the sides of all flows have met, if they ever do. */
  open(wires: readonly Wire[]): Promise<void>;
  /** Begins to send first packets of flows: one of each whenever everybody speaks. */
  probe(wires: readonly ProbeWire[]): Promise<void>;
  /** Waits until something of each of these arrives: neighbours have to be found. */
  find(flows: readonly number[]): Promise<void>;
  /** Sends no more first packets of these. */
  rest(flows: readonly number[]): Promise<void>;
  /** How many first packets were sent by now. */
  sent(): number;
  /** Waits until everybody has spoken so often; nothing else goes on in this thread meanwhile. */
  holdStill(times: number): void;
  /** Waits until everybody has spoken so often. */
  spoken(times: number): Promise<void>;
  /**
   * Has everybody speak at once.
   *
   * @returns when all had been taken in that had arrived until then.
   */
  mark(): Promise<number>;
  /** Ends it, when what these flows sent last has arrived or the time is up. */
  finish(options: {
    readonly waitFor: readonly number[];
    readonly waitMs: number;
  }): Promise<readonly Stream[]>;
  /** Ends it at once, whatever it is doing. */
  stop(): Promise<void>;
}

/** A thread that does not speak for so long never will. */
const STUCK_MS = 10_000;

/** How often everybody speaks: who has a conversation only each so many times. */
export interface Pace {
  readonly everyMs: number;
  /** Absent: each time. */
  readonly talkEvery?: number;
}

/** Starts a thread in which nobody speaks yet. */
export function startTraffic({ everyMs, talkEvery = 1 }: Pace): Traffic {
  const count = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  const worker = new Worker(new URL('talking.ts', import.meta.url), {
    workerData: { everyMs, talkEvery, spoken: count },
    // Packages are read as they are written, as in the tests themselves.
    execArgv: ['--conditions=source'],
    trackUnmanagedFds: false,
  });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  const order = (what: Order): void => worker.postMessage(what);
  const news = <K extends News['kind']>(kind: K): Promise<Extract<News, { kind: K }>> =>
    new Promise((resolve, reject) => {
      const listen = (told: News): void => {
        if (told.kind === 'failed') reject(new Error(told.message));
        else if (told.kind !== kind) return;
        else resolve(told as Extract<News, { kind: K }>);
        worker.off('message', listen);
      };
      worker.on('message', listen);
      worker.once('error', reject);
    });
  worker.setMaxListeners(0);
  return {
    async open(wires) {
      const opened = news('opened');
      order({ kind: 'open', wires });
      await opened;
    },
    async probe(wires) {
      const probing = news('probing');
      order({ kind: 'probe', wires });
      await probing;
    },
    async find(flows) {
      const found = news('found');
      order({ kind: 'find', flows });
      await found;
    },
    async rest(flows) {
      const resting = news('resting');
      order({ kind: 'rest', flows });
      await resting;
    },
    sent: () => Atomics.load(count, 1),
    holdStill(times) {
      const until = Atomics.load(count, 0) + times;
      for (let now = Atomics.load(count, 0); now < until; now = Atomics.load(count, 0)) {
        if (Atomics.wait(count, 0, now, STUCK_MS) === 'timed-out') throw new Error('nobody speaks');
      }
    },
    async spoken(times) {
      const until = Atomics.load(count, 0) + times;
      for (let now = Atomics.load(count, 0); now < until; now = Atomics.load(count, 0)) {
        const { value } = Atomics.waitAsync(count, 0, now, STUCK_MS);
        if ((await value) === 'timed-out') throw new Error('nobody speaks');
      }
    },
    async mark() {
      const marked = news('marked');
      order({ kind: 'mark' });
      return (await marked).at;
    },
    async finish(options) {
      const finished = news('finished');
      order({ kind: 'finish', ...options });
      return (await finished).streams;
    },
    async stop() {
      await worker.terminate();
    },
  };
}
