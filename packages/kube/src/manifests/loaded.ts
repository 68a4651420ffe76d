import type { Issue, KubernetesObject, ObjectRef, Path } from '@ringfence/core';

/** A place in a source; both numbers count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** An issue that knows where in which source it was found. */
export interface LocatedIssue extends Issue {
  readonly place: Place;
  /** The line at fault, and below it carets; empty where there is no line to show. */
  readonly excerpt: string;
  /** Undefined where no object could be made out. */
  readonly object: ObjectRef | undefined;
}

/** What was read from some sources. */
export interface Loaded {
  /** In the order of the input; those with an error are left out. */
  readonly objects: readonly KubernetesObject[];
  /** By source and position; not empty means that the input is bad. */
  readonly errors: readonly LocatedIssue[];
  readonly warnings: readonly LocatedIssue[];
  /**
   * Tells where a path inside an object was written; for what was not written but defaulted, where
   * the nearest field around it was. Undefined for an object that was not read from here.
   *
   * It reads the document's text once more, so ask only for what is shown.
   */
  locate(ref: ObjectRef, path: Path): Place | undefined;
  /** How many documents of other kinds there were, by `kind.group` (`ConfigMap`, `Issuer.cert-manager.io`). */
  readonly passedOver: ReadonlyMap<string, number>;
}
