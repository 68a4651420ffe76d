import type { Cluster, KubernetesObject, ObjectRef } from '@ringfence/core';

const WITHOUT_NAMESPACE: ReadonlySet<string> = new Set([
  'Namespace',
  'Node',
  'ClusterNetworkPolicy',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
]);

/** Reads `Kind name` or `Kind namespace/name`; `namespace` is that of a namespaced object without one. */
export function parseRef(text: string, namespace: string): ObjectRef {
  const space = text.indexOf(' ');
  const kind = text.slice(0, space);
  const rest = text.slice(space + 1);
  const slash = rest.indexOf('/');
  if (slash !== -1) return { kind, namespace: rest.slice(0, slash), name: rest.slice(slash + 1) };
  return { kind, namespace: WITHOUT_NAMESPACE.has(kind) ? '' : namespace, name: rest };
}

/** The object of a cluster that has this name; `undefined` too for a kind that clusters do not hold. */
export function findObject(
  cluster: Cluster,
  { kind, namespace, name }: ObjectRef,
): KubernetesObject | undefined {
  switch (kind) {
    case 'Namespace':
      return cluster.namespace(name);
    case 'Node':
      return cluster.node(name);
    case 'Pod':
      return cluster.pod(namespace, name)?.object;
    case 'Service':
      return cluster.service(namespace, name);
    case 'NetworkPolicy':
    case 'ClusterNetworkPolicy':
    case 'AdminNetworkPolicy':
    case 'BaselineAdminNetworkPolicy':
      return cluster.policy({ kind, namespace, name });
    default:
      return cluster.workload(kind, namespace, name);
  }
}
