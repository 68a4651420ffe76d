import type { ObjectRef } from '@ringfence/core';

/** `NetworkPolicy shop/db`; without a slash for what lives in no namespace. */
export function nameOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`;
}
