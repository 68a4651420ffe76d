const FIRST_MS = 5;
const LONGEST_MS = 1_000;

/** Does something again and again, at ever longer intervals. */
export interface Retry {
  /** Begins with the shortest interval; without effect while that one runs. */
  soon(): void;
  stop(): void;
}

/** Runs an attempt until it tells that there is nothing left to try. */
export function createRetry(attempt: () => boolean): Retry {
  let timer: NodeJS.Timeout | undefined;
  let delayMs = FIRST_MS;
  let stopped = false;

  const arm = (ms: number): void => {
    clearTimeout(timer);
    delayMs = ms;
    timer = setTimeout(() => {
      timer = undefined;
      if (attempt() && timer === undefined) arm(Math.min(ms * 2, LONGEST_MS));
    }, ms);
    timer.unref();
  };

  return {
    soon() {
      if (stopped || (timer !== undefined && delayMs === FIRST_MS)) return;
      arm(FIRST_MS);
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
