import type { KubernetesObject } from '../objects/kubernetes-object.ts';
import type { ObjectRef } from '../objects/object.ts';
import type { NetworkPolicy } from '../policy/policy.ts';

/**
 * One thing that happened to a cluster's objects.
 *
 * `entomb` keeps a NetworkPolicy in force after it was deleted, because its namespace is being
 * deleted and still has pods (CVE-2024-7598). It is an input of its own, so that an agent can
 * remember it across a restart; `deletionOf` tells when it takes the place of `delete`.
 */
export type Change =
  | { readonly kind: 'upsert'; readonly object: KubernetesObject }
  | { readonly kind: 'delete'; readonly ref: ObjectRef }
  | { readonly kind: 'entomb'; readonly policy: NetworkPolicy };
