import type { ObjectRef } from '../objects/object.ts';
import type { Change } from './change.ts';
import type { Cluster } from './cluster.ts';

/**
 * The change that an object's deletion is for a cluster.
 *
 * A NetworkPolicy that goes while its namespace is being deleted is entombed: the API server removes
 * policies and pods of such a namespace in any order, and the pods must not be open meanwhile
 * (CVE-2024-7598).
 */
export function deletionOf(cluster: Cluster, ref: ObjectRef): Change {
  if (ref.kind !== 'NetworkPolicy') return { kind: 'delete', ref };
  const { namespace, name } = ref;
  const policy = cluster.policy({ kind: 'NetworkPolicy', namespace, name });
  const terminating = cluster.namespace(namespace)?.terminating === true;
  if (policy?.kind !== 'NetworkPolicy' || !terminating) return { kind: 'delete', ref };
  return { kind: 'entomb', policy };
}
