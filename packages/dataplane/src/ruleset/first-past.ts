/**
 * The place of the first item that is not before what is looked for; their number where all are.
 *
 * @param isBefore holds for items up to some place, and for none behind it.
 */
export function firstPast<T>(items: readonly T[], isBefore: (item: T) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && isBefore(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}
