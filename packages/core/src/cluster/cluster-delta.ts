import type { IpAddress } from '../sets/address.ts';
import type { ClusterPod, PodClass, SubjectClass } from './model.ts';

/**
 * Exactly what one change did to a cluster, as far as policy goes. To be read before the next change
 * is applied: classes go on changing.
 */
export interface ClusterDelta {
  /** The pods under policy that came, went, changed their class or their addresses. */
  readonly pods: readonly PodDelta[];
  /**
   * Classes that there were not before. `others`: those that some of their pods belonged to; a class
   * that is still there was split.
   */
  readonly appeared: readonly ClassDelta[];
  /**
   * Classes that are no more. `others`: those to which some of their pods belong now; with a class
   * that was there before they were merged.
   */
  readonly vanished: readonly ClassDelta[];
  /** Classes that were there before and after, and to which other policies apply now. */
  readonly rules: readonly RulesDelta[];
  /** For classes that were there before and after and whose sets are others now: what they were. */
  readonly setsBefore: ReadonlyMap<PodClass, readonly number[]>;
}

/** `undefined`: there was, or is, no such pod under policy. */
export interface PodDelta {
  readonly pod: ClusterPod;
  readonly before: PodPlace | undefined;
  readonly after: PodPlace | undefined;
}

export interface PodPlace {
  readonly class: PodClass;
  readonly addresses: readonly IpAddress[];
}

export interface ClassDelta {
  readonly class: PodClass;
  readonly others: readonly PodClass[];
}

/** `before` may say the same as what is in force now: a policy may come again as it was. */
export interface RulesDelta {
  readonly class: PodClass;
  readonly before: SubjectClass;
}
