/**
 * Works on many items at the same time, and gives each result as soon as it is there.
 *
 * @throws what the work on some item fails with, when it is its turn.
 */
export async function* inParallel<Item, Result>(
  items: Iterable<Item>,
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const finished: Promise<Result>[] = [];
  let wake = (): void => {};
  let running = 0;
  const waiting = items[Symbol.iterator]();
  let next = waiting.next();
  signal.addEventListener('abort', () => wake(), { once: true });
  for (;;) {
    while (next.done !== true && running < limit) {
      running += 1;
      const result = work(next.value);
      const settled = (): void => {
        running -= 1;
        finished.push(result);
        wake();
      };
      result.then(settled, settled);
      next = waiting.next();
    }
    for (const result of finished.splice(0)) yield await result;
    if (signal.aborted || (running === 0 && next.done === true && finished.length === 0)) return;
    if (finished.length > 0) continue;
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    await promise;
  }
}
