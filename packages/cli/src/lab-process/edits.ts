import { createNews, type Limits } from './news.ts';

/** Edits of manifests, as far as they are read. */
export interface Edits {
  /** Is told whether some were noticed that are not read yet. */
  onPending(pending: boolean): void;
  /** Waits until all that were made before are read, and what they say was told to the lab. */
  read(limits: Limits): Promise<void>;
}

/** Makes edits of which none is pending. */
export function createEdits(): Edits {
  const news = createNews();
  let pending = false;
  return {
    onPending(now) {
      pending = now;
      news.tell();
    },
    async read(limits) {
      // The kernel has noticed what was written before somebody asked: so do we in a turn or two.
      await new Promise(setImmediate);
      await new Promise(setImmediate);
      await news.until(() => !pending, limits);
    },
  };
}
