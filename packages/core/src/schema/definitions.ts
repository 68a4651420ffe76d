import { ADMIN_NETWORK_POLICY } from './admin-network-policy.ts';
import { CLUSTER_NETWORK_POLICY } from './cluster-network-policy.ts';
import { CLUSTER_OBJECTS } from './cluster-objects.ts';
import { META } from './meta.ts';
import { NETWORK_POLICY } from './network-policy.ts';
import type { Infer, Table } from './type.ts';
import { WORKLOADS } from './workloads.ts';

type Definitions = typeof META &
  typeof CLUSTER_OBJECTS &
  typeof WORKLOADS &
  typeof NETWORK_POLICY &
  typeof CLUSTER_NETWORK_POLICY &
  typeof ADMIN_NETWORK_POLICY;

/** The name of a definition: a kind, or a part of one. */
export type DefinitionName = keyof Definitions;

/** What the reader makes of a definition: `Wire<'NetworkPolicyPeer'>`. */
export type Wire<Name extends DefinitionName> = Infer<Definitions, Name>;

/** Every definition. Nobody else describes a field. */
export const DEFINITIONS: Table = {
  ...META,
  ...CLUSTER_OBJECTS,
  ...WORKLOADS,
  ...NETWORK_POLICY,
  ...CLUSTER_NETWORK_POLICY,
  ...ADMIN_NETWORK_POLICY,
};
