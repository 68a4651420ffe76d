/** Choices that a seed repeats. */
export interface Random {
  /** 0..limit - 1 */
  below(limit: number): number;
  /** True in so many of a hundred cases. */
  percent(many: number): boolean;
  /** @throws where there is nothing to pick. */
  pick<T>(list: readonly T[]): T;
}

/** Makes choices out of a seed: the same ones in the same order whenever it is the same. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  // Mulberry32: small, and even enough to choose policies.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    percent: (many) => below(100) < many,
    pick(list) {
      const picked = list[below(list.length)];
      if (picked === undefined) throw new Error('there is nothing to pick');
      return picked;
    },
  };
}
