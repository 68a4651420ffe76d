import type { Change } from '../cluster/change.ts';
import { unreachable } from '../unreachable.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import type { ObjectRef } from './object.ts';

/** Names an object; for a policy that could not be read, as the policy that it is. */
export function refOf(object: KubernetesObject): ObjectRef {
  const kind = object.kind === 'undecodable' ? object.policyKind : object.kind;
  return { kind, namespace: 'namespace' in object ? object.namespace : '', name: object.name };
}

/** Names the object that a change is about. */
export function refOfChange(change: Change): ObjectRef {
  switch (change.kind) {
    case 'upsert':
      return refOf(change.object);
    case 'delete':
      return change.ref;
    case 'entomb':
      return refOf(change.policy);
    default:
      return unreachable(change);
  }
}

/** Names one object in one text: no part holds a slash, so that equal texts are equal references. */
export function refKey({ kind, namespace, name }: ObjectRef): string {
  return `${kind}/${namespace}/${name}`;
}
