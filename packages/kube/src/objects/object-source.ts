import type { Change, KubernetesObject } from '@ringfence/core';

/**
 * Where a cluster's objects come from, and go on coming from: manifests, another process, an API
 * server. Whoever follows one need not know which.
 */
export interface ObjectSource {
  /**
   * Tells what there is, then what changes, until the signal aborts. A source that breaks off mends
   * itself: it then tells anew what there is.
   */
  follow(listener: ObjectListener, signal: AbortSignal): Promise<void>;
}

/** Who follows a source. Is called from the event loop, one call after the other. */
export interface ObjectListener {
  /**
   * All that there is, of every kind; what was told before and is not among it is gone. Before the
   * first time nothing is known: that there are no objects is something else than not knowing any.
   *
   * @param version what the source calls this state; of no meaning but to the source.
   */
  replace(objects: readonly KubernetesObject[], version: string): void;
  /**
   * What changed since; the changes belong together. Where there are none, only the version is
   * another one.
   */
  change(changes: readonly Change[], version: string): void;
  /**
   * What keeps the source from telling more, in words; the last state goes on to hold. It is over
   * with the next `replace` or `change`.
   */
  trouble(message: string): void;
}
