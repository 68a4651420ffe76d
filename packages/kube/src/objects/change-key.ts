import { type Change, type ObjectRef, unreachable } from '@ringfence/core';
import { refOf } from '../manifests/object-ref.ts';

/** Names an object among all: no part holds a slash. */
export function refKey({ kind, namespace, name }: ObjectRef): string {
  return `${kind}/${namespace}/${name}`;
}

/** Names the object that a change is about. */
export function changeKey(change: Change): string {
  switch (change.kind) {
    case 'upsert':
      return refKey(refOf(change.object));
    case 'delete':
      return refKey(change.ref);
    case 'entomb':
      return refKey(refOf(change.policy));
    default:
      return unreachable(change);
  }
}
