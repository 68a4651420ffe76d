import type { Draft } from '../objects/draft.ts';
import { unreachable } from '../unreachable.ts';
import { decodeAdminNetworkPolicy, decodeBaselinePolicy } from './decode-admin-policy.ts';
import { decodeClusterNetworkPolicy } from './decode-cluster-policy.ts';
import { decodeNetworkPolicy } from './decode-network-policy.ts';
import type { Policy, PolicyKind } from './policy.ts';

/** Decodes a policy of any kind. Where the draft has errors afterwards, the result is no good. */
export function decodePolicy(draft: Draft<PolicyKind>): Policy {
  const { kind } = draft;
  switch (kind) {
    case 'NetworkPolicy':
      return decodeNetworkPolicy({ ...draft, kind });
    case 'ClusterNetworkPolicy':
      return decodeClusterNetworkPolicy({ ...draft, kind });
    case 'AdminNetworkPolicy':
      return decodeAdminNetworkPolicy({ ...draft, kind });
    case 'BaselineAdminNetworkPolicy':
      return decodeBaselinePolicy({ ...draft, kind });
    default:
      return unreachable(kind);
  }
}

/** Whether a kind is one of a policy. */
export function isPolicyKind(kind: string): kind is PolicyKind {
  return POLICY_KINDS.has(kind);
}

const POLICY_KINDS: ReadonlySet<string> = new Set<PolicyKind>([
  'NetworkPolicy',
  'ClusterNetworkPolicy',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
]);
