/** What the lab's process tells an agent that it starts. */
export interface FedAgentOptions {
  readonly node: string;
  /** The socket of its objects. */
  readonly feed: string;
  /** What becomes of pods' traffic to their own node. */
  readonly ownNodeEgress: 'enforce' | 'allow';
}

/** What such an agent tells the lab's process: from now on nothing unknown gets through. */
export interface FedAgentMessage {
  readonly kind: 'installed';
}

/** Both are of one version: it is our own words that are read. */
export function isFedAgentOptions(value: unknown): value is FedAgentOptions {
  return typeof value === 'object' && value !== null && 'node' in value && 'feed' in value;
}

/** Tells such a message from anything else. */
export function isFedAgentMessage(value: unknown): value is FedAgentMessage {
  return (
    typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'installed'
  );
}
