/** So many times the process gets round to what has come meanwhile. */
const SLICES = 10;

/**
 * Calls back when somebody has waited long enough. Time in which the whole process was held up does
 * not count: an answer may have come that nobody was able to look at.
 *
 * @returns what ends the waiting.
 */
export function waitPatiently(ms: number, over: () => void): () => void {
  let left = SLICES;
  let timer: NodeJS.Timeout;
  const slice = (): void => {
    timer = setTimeout(() => {
      left -= 1;
      if (left === 0) over();
      else slice();
    }, ms / SLICES);
  };
  slice();
  return () => clearTimeout(timer);
}
