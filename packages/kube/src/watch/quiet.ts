/** Waits for a burst of changes to be over. */
export interface Quiet {
  /** Something changed. */
  touch(): void;
  /** Ends a pause that waits for something to change. */
  interrupt(): void;
  /** Whether something changed that was not looked at. */
  pending(): boolean;
  /** Whether something changed and it has been quiet since, or it has not been for too long. */
  due(): boolean;
  /** Waits until it may be due; where nothing changed, until something does, or so many ms. */
  pause(idleMs: number): Promise<void>;
  /** From here on it is looked at what changed. */
  begin(): void;
  /**
   * It was looked at.
   *
   * @returns false where something changed meanwhile, so that it should be looked at again once it is
   *   quiet; unless that has gone on for too long.
   */
  finish(): boolean;
}

/** Time, in milliseconds from whenever. */
export interface Clock {
  now(): number;
  /** Calls back once. @returns what gives it up. */
  after(ms: number, callback: () => void): () => void;
}

export function createQuiet(of: {
  readonly debounceMs: number;
  /** So long after the first change it is due at the latest. */
  readonly mostMs: number;
  readonly clock: Clock;
}): Quiet {
  const { debounceMs, mostMs, clock } = of;
  let touches = 0;
  let begun = 0;
  let burst: { readonly first: number; last: number } | undefined;
  let wake = (): void => {};

  const left = (): number =>
    burst === undefined
      ? Infinity
      : Math.min(burst.last + debounceMs, burst.first + mostMs) - clock.now();

  return {
    touch() {
      const now = clock.now();
      touches += 1;
      if (burst === undefined) {
        burst = { first: now, last: now };
        wake();
      } else burst.last = now;
    },
    interrupt: () => wake(),
    pending: () => burst !== undefined,
    due: () => left() <= 0,
    pause(idleMs) {
      const ms = Math.max(0, burst === undefined ? idleMs : left());
      return new Promise((resolve) => {
        const giveUp = ms === Infinity ? () => {} : clock.after(ms, resolve);
        wake = () => {
          giveUp();
          resolve();
        };
      });
    },
    begin() {
      begun = touches;
    },
    finish() {
      if (begun === touches) {
        burst = undefined;
        return true;
      }
      if (burst === undefined || clock.now() < burst.first + mostMs) return false;
      burst = { first: burst.last, last: burst.last };
      return true;
    },
  };
}
