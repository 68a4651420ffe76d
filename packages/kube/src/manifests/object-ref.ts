import type { KubernetesObject, ObjectRef } from '@ringfence/core';

/** Names an object; for a policy that could not be read, as the policy that it is. */
export function refOf(object: KubernetesObject): ObjectRef {
  const kind = object.kind === 'undecodable' ? object.policyKind : object.kind;
  return { kind, namespace: 'namespace' in object ? object.namespace : '', name: object.name };
}

/** `NetworkPolicy shop/db`; without a slash for what lives in no namespace. */
export function nameOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`;
}
