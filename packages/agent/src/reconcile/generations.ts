/** What flows carry that were decided: a number that is another one whenever a flow may be revoked. */
export interface Generations {
  now(): number;
  /** The kernel's rules hold this one. */
  begin(at: number): void;
  /**
   * Goes on to the next one. No flow carries it, from whenever it was in use before.
   *
   * @returns whether numbers begin anew: flows that were decided before the kernel has this one may
   *   carry the last one still, which will come again.
   */
  renew(): boolean;
}

/** @param mask the bits that flows carry it in. @param clear takes those bits out of all flows. */
export function createGenerations(mask: number, clear: () => void): Generations {
  const last = mask === 0 ? 1 : mask / (mask & -mask);
  let now = 0;
  return {
    now: () => now,
    begin(at) {
      now = at;
    },
    renew() {
      // Flows carry what was in use before the first one that we know, or before the numbers ran out.
      const isAnew = now === 0 || now >= Math.abs(last);
      if (isAnew) {
        clear();
        now = 0;
      }
      now += 1;
      return isAnew;
    },
  };
}
