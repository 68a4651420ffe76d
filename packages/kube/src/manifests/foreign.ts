import type { Issue } from '@ringfence/core';

/** Says that policies of another product are not evaluated: answers hold without them. */
export function foreignIssue(
  kind: string,
  { count, strict }: { readonly count: number; readonly strict: boolean },
): Issue {
  const many = count === 1 ? '' : ` (${count} of them)`;
  return {
    code: 'notSupported',
    severity: strict ? 'error' : 'warning',
    path: ['kind'],
    at: 'value',
    message: `policies of kind \`${kind}\`${many} are not evaluated: answers are given as if they did not exist`,
    hint: '',
  };
}

/** A kind as kubectl names it in full: `NetworkPolicy.projectcalico.org`, `ConfigMap`. */
export function fullKind(apiVersion: string, kind: string): string {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? kind : `${kind}.${apiVersion.slice(0, slash)}`;
}
