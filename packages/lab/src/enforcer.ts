import type { Change } from '@ringfence/core';
import type { NetworkNamespace } from '@ringfence/netlink';

/** Who enforces policy on the nodes of a lab: with one, no pod runs before its node is admitted. */
export interface Enforcer {
  /** Is told what changes, with everything that was filled in, before any of it runs. */
  change(changes: readonly Change[]): void;
  /** Is told the nodes by name, once they are made: all anew, in the place of those before. */
  nodes(nodes: ReadonlyMap<string, NodeNetwork>): void;
}

/** A node's network: sockets and programs that are started inside stay there. */
export type NodeNetwork = Pick<NetworkNamespace, 'enter'>;
