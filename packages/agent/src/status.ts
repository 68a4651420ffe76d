import type { PolicyRef } from '@ringfence/core';

/** What an agent says of itself: the answer of `/status`. */
export interface AgentStatus {
  readonly node: string;
  /**
   * `starting`: nothing is in the kernel yet; `waiting`: what was adopted, or nothing but the closed
   * start, is, as no source has told its objects yet; `enforcing`: what the policies mean is.
   */
  readonly phase: 'starting' | 'waiting' | 'enforcing';
  /** What the source called the state that is in the kernel; `null` before the first one. */
  readonly realised: string | null;
  /** What keeps the agent from being ready, in words. */
  readonly problems: readonly string[];
  /** What an operator should look at some day. */
  readonly warnings: readonly string[];
  /** The pods of this node, by namespace and name. */
  readonly pods: readonly AgentPodStatus[];
  /** The policies that are in force here, with the generation that is. */
  readonly policies: readonly (PolicyRef & { readonly generation: number })[];
}

export interface AgentPodStatus {
  readonly namespace: string;
  readonly name: string;
  /** `closed`: nothing gets in or out, or nothing out, for the reason given. */
  readonly state: 'enforced' | 'closed';
  readonly reason: string;
  /** The link that it is behind, as far as rules know: on a bridge its port; `null` while unknown. */
  readonly interface: string | null;
}
