import type { NamedEnd } from './end-text.ts';
import { kindNamed, typedKind } from './kind.ts';

/** Writes a named end so that it can be read in one way only. */
export function spell({ kind, namespace, name }: NamedEnd): string {
  return kind === 'Node' ? `node/${name}` : `${namespace}/${typedKind(kind)}/${name}`;
}

/**
 * Writes a pod as an END: `shop/web-1`; for pods that a workload has not made yet, the workload:
 * `shop/deploy/web` (such a stand-in's name holds its kind, `Deployment/web`).
 */
export function labelOfPod({
  object: { namespace, name },
}: {
  readonly object: { readonly namespace: string; readonly name: string };
}): string {
  const slash = name.indexOf('/');
  const kind = slash === -1 ? undefined : kindNamed(name.slice(0, slash));
  if (kind === undefined) return `${namespace}/${name}`;
  return spell({ kind, namespace, name: name.slice(slash + 1) });
}
