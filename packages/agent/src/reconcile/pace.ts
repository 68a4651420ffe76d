/** How often something may be done that somebody else can cause at will. */
export interface Pace {
  /** How long to wait until it may be done; 0 where it may be now. */
  waitMs(): number;
  /** It was done. @param tookMs how long that took: what is costly is done more seldom. */
  done(tookMs: number): void;
  /** How often it may be done for long, in ms. */
  everyMs(): number;
  /** Whether it has been done more often than that lately: for a while after that, too. */
  isStrained(): boolean;
}

/** So many times at once, after a rest. */
const BURST = 10;
/** So few are left to whoever did it too often. */
const STRAINED = 2 - 1e-6;
const FEWEST_MS = 1_000;
/** For long, it takes at most a tenth of the time. */
const SHARE = 10;
/** Fractions of a whole rarely add up to one. */
const ROUNDING = 1e-6;

/** Makes a pace that is rested. */
export function createPace(): Pace {
  let left = BURST;
  let at = performance.now();
  let everyMs = FEWEST_MS;
  const rest = (): void => {
    const now = performance.now();
    left = Math.min(BURST, left + (now - at) / everyMs);
    at = now;
  };
  const isRested = (): boolean => left >= 1 - ROUNDING;
  return {
    waitMs() {
      rest();
      return isRested() ? 0 : Math.ceil((1 - left) * everyMs - ROUNDING);
    },
    done(tookMs) {
      rest();
      left -= 1;
      everyMs = Math.max(FEWEST_MS, tookMs * SHARE);
    },
    everyMs: () => everyMs,
    isStrained() {
      rest();
      return left < STRAINED;
    },
  };
}
