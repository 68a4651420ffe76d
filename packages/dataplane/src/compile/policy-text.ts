import type { PolicyRef } from '@ringfence/core';

/** Names a policy as people do. */
export function policyText({ kind, namespace, name }: PolicyRef): string {
  return kind === 'NetworkPolicy' ? `${namespace}/${name}` : `${kind} ${name}`;
}
