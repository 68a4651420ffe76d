/** How a series of samples goes on. */
export interface Growth {
  /** The middle of the slopes between all pairs of samples of the second half, over all of that half. */
  readonly rise: number;
  /** How much of a rise is none: noise of the collector and of the allocator. */
  readonly allowed: number;
  readonly grows: boolean;
}

/**
 * Tells growth from noise: the median slope (Theil and Sen) of the second half of the samples must
 * not add up to more than a twentieth of the first half's median, or `floor`, over that half. The
 * first half is for caches to fill.
 */
export function growthOf(samples: readonly number[], floor: number): Growth {
  const middle = Math.floor(samples.length / 2);
  const second = samples.slice(middle);
  const slopes = second.flatMap((from, left) =>
    second.slice(left + 1).map((to, index) => (to - from) / (index + 1)),
  );
  const rise = median(slopes) * (second.length - 1);
  const allowed = Math.max(floor, median(samples.slice(0, middle)) / 20);
  return { rise, allowed, grows: rise > allowed };
}

/** The value in the middle; 0 of none. */
export function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}
