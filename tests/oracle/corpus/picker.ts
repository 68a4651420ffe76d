/** Makes choices that look random and are always the same for one seed. */
export interface Picker {
  /** One of the values. */
  pick<T>(values: readonly T[]): T;
  /** None, or up to `most`. */
  some<T>(most: number, make: () => T): readonly T[];
}

/** A picker that starts at `seed`. */
export function picker(seed: number): Picker {
  let state = seed;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const pick = <T>(values: readonly T[]): T => {
    const value = values[below(values.length)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  };
  const some = <T>(most: number, make: () => T): readonly T[] =>
    Array.from({ length: below(most + 1) }, make);
  return { pick, some };
}
