import type { Difference, ElementDifference } from './proof.ts';

/** Collects differences: the first ones whole, of the others how many there are. */
export interface Findings {
  add(difference: Difference): void;
  /** Something else than should be, that changes no verdict. */
  addHarmless(difference: ElementDifference): void;
  readonly differences: readonly Difference[];
  readonly harmless: readonly ElementDifference[];
  count(): number;
  harmlessCount(): number;
}

/** Makes an empty collection that keeps at most so many of each. */
export function createFindings(most: number): Findings {
  const differences: Difference[] = [];
  const harmless: ElementDifference[] = [];
  let count = 0;
  let harmlessCount = 0;
  return {
    add(difference) {
      count += 1;
      if (differences.length < most) differences.push(difference);
    },
    addHarmless(difference) {
      harmlessCount += 1;
      if (harmless.length < most) harmless.push(difference);
    },
    differences,
    harmless,
    count: () => count,
    harmlessCount: () => harmlessCount,
  };
}
