import type { Action, PolicyRef, RuleRef, Tier } from '../policy/policy.ts';

export type Verdict = 'allow' | 'deny' | 'unknown';

/** The answer for one connection, with the reason for each direction. */
export interface Evaluation {
  readonly verdict: Verdict;
  readonly egress: Finding;
  readonly ingress: Finding;
}

/**
 * Why one direction of a connection is allowed or denied. `passed` are the tier rules that matched
 * with Pass before the decision, in order.
 */
export type Finding =
  /** This end is no pod under policy: outside, a node, or a pod on its node's network. */
  | { readonly kind: 'notSubject'; readonly end: 'external' | 'node' | 'hostNetwork' }
  /** A pod's traffic to itself. */
  | { readonly kind: 'self' }
  /** Traffic between a pod and its own node. */
  | { readonly kind: 'ownNode' }
  | { readonly kind: 'notIsolated'; readonly passed: readonly RuleRef[] }
  | { readonly kind: 'allowed'; readonly by: RuleRef; readonly passed: readonly RuleRef[] }
  | {
      readonly kind: 'denied';
      readonly isolatedBy: readonly PolicyRef[];
      readonly passed: readonly RuleRef[];
    }
  | {
      readonly kind: 'decidedByTier';
      readonly tier: Tier;
      readonly action: Exclude<Action, 'Pass'>;
      readonly by: RuleRef;
      readonly passed: readonly RuleRef[];
    }
  /** The answer depends on an address that the end does not have (yet). */
  | { readonly kind: 'unknown'; readonly reason: UnknownReason };

/** `noAddress`: no address in that family, or finished. */
export type UnknownReason = 'noAddress' | 'noSuchPod' | 'noSuchNode';
