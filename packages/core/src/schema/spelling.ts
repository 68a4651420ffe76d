/** The candidate that a misspelt name was probably meant to be; undefined where none is near. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const sameLetters = candidates.find((each) => folded(each) === folded(name));
  if (sameLetters !== undefined) return sameLetters;
  let best: string | undefined;
  let bestDistance = name.length >= 6 ? 3 : 2;
  for (const candidate of candidates) {
    const distance = editDistance(folded(name), folded(candidate));
    if (distance < bestDistance && distance < candidate.length / 2) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Whether two names differ in case and separators only: `pod_selector`, `PodSelector`. */
export function sameButForCase(left: string, right: string): boolean {
  return folded(left) === folded(right);
}

function folded(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ ]/g, '');
}

/** Insertions, deletions, replacements, and swaps of neighbours. Names longer than 40 are never near. */
function editDistance(left: string, right: string): number {
  if (left.length > 40 || right.length > 40) return 40;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const same = left[i - 1] === right[j - 1];
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]) {
        cost = Math.min(cost, at(beforeLast, j - 2) + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return at(last, right.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
