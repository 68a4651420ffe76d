import type { KubernetesObject, ObjectRef } from '@ringfence/core';

/** Names one object in one text: equal texts are equal references. */
export function refKey({ kind, namespace, name }: ObjectRef): string {
  return `${kind}/${namespace}/${name}`;
}

/** Names one object among those of its kind. */
export function nameKey({
  namespace,
  name,
}: {
  readonly namespace: string;
  readonly name: string;
}): string {
  return `${namespace}/${name}`;
}

/** The reference that names an object. */
export function refOf(object: KubernetesObject): ObjectRef {
  const kind = object.kind === 'undecodable' ? object.policyKind : object.kind;
  return { kind, namespace: 'namespace' in object ? object.namespace : '', name: object.name };
}
