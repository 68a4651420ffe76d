/** The place of the first of these ascending ranges that ends at an address, or behind it. */
export function firstReaching(
  ranges: readonly { readonly last: number | bigint }[],
  address: number | bigint,
): number {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const range = ranges[middle];
    if (range !== undefined && range.last < address) low = middle + 1;
    else high = middle;
  }
  return low;
}
