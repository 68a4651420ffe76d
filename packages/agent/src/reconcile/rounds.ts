/** When the kernel is written: level-triggered, at once where it may be. */
export interface Rounds {
  /** Something is another one: it is written now, or soon. */
  request(): void;
  /** What keeps the last round from being done; `undefined` where it is. */
  failure(): Error | undefined;
  stop(): void;
}

export interface RoundsOptions {
  /** Writes all that is not written yet. @throws where that cannot be done: it is tried again. */
  readonly run: () => void;
  /** Is called a while after the last round, when nothing else is to do. */
  readonly idle: () => void;
  readonly onFailure: (error: Error, retryMs: number) => void;
}

/** At most a hundred rounds a second: each may have all flows decided anew. */
const SPACING_MS = 10;
const IDLE_MS = 50;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 10_000;

/** Makes rounds; the first request is done at once. */
export function createRounds({ run, idle, onFailure }: RoundsOptions): Rounds {
  let timer: NodeJS.Timeout | undefined;
  /** Started again after each round: that is quicker than another timer. */
  let rest: NodeJS.Timeout | undefined;
  let due = 0;
  let last = Number.NEGATIVE_INFINITY;
  let retryMs = FIRST_RETRY_MS;
  let failure: Error | undefined;
  let isStopped = false;

  const attempt = (): void => {
    timer = undefined;
    try {
      run();
      failure = undefined;
      retryMs = FIRST_RETRY_MS;
      if (!isStopped) rest = rest?.refresh() ?? setTimeout(relax, IDLE_MS);
    } catch (error) {
      fail(error);
    }
    last = performance.now();
  };

  const schedule = (ms: number): void => {
    clearTimeout(timer);
    due = performance.now() + ms;
    timer = setTimeout(attempt, ms);
  };

  /** Where the last round failed, or another one is due, that comes first. */
  const relax = (): void => {
    if (failure !== undefined || timer !== undefined) return;
    try {
      idle();
    } catch (error) {
      fail(error);
    }
  };

  const fail = (error: unknown): void => {
    failure = error instanceof Error ? error : new Error(String(error));
    onFailure(failure, retryMs);
    if (isStopped) return;
    schedule(retryMs);
    retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
  };

  return {
    request() {
      if (isStopped) return;
      if (timer !== undefined) {
        // What is new is not kept waiting for what failed, nor is the kernel pestered.
        if (due - performance.now() > FIRST_RETRY_MS) schedule(FIRST_RETRY_MS);
        return;
      }
      const wait = SPACING_MS - (performance.now() - last);
      if (wait <= 0) attempt();
      else schedule(wait);
    },
    failure: () => failure,
    stop() {
      isStopped = true;
      clearTimeout(timer);
      clearTimeout(rest);
    },
  };
}
