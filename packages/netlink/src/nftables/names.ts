/** The number of a name: its place in a list that has the kernel's order. */
export function numberOf<T extends string>(names: readonly T[], name: T): number {
  return names.indexOf(name);
}

/** The name of a number; `undefined` for one that came into the kernel later than this list. */
export function nameOf<T extends string>(names: readonly T[], number: number): T | undefined {
  return names[number];
}

/** Flags as a number: a name's place in the list is its bit. */
export function bitsOf<T extends string>(names: readonly T[], flags: readonly T[]): number {
  return flags.reduce((bits, flag) => bits | (1 << names.indexOf(flag)), 0);
}

/** The flags of a number, in the list's order; `undefined` when a bit has no name. */
export function flagsOf<T extends string>(
  names: readonly T[],
  bits: number,
): readonly T[] | undefined {
  if (bits >>> names.length !== 0) return undefined;
  return names.filter((_, bit) => (bits & (1 << bit)) !== 0);
}
