import { unreachable } from '@ringfence/core';
import { shortHash } from './short-hash.ts';

/** Whose network namespace has a name. */
export type NamespaceOwner =
  | { readonly kind: 'pod'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'outside' };

/** The longest name that a file can have, in bytes. */
const LONGEST = 255;

/** No name in Kubernetes has an underscore: no pod is called as a node is, or as a hash ends. */
const BEGINNINGS: Readonly<Record<NamespaceOwner['kind'], string>> = {
  pod: '',
  node: '_node.',
  outside: '_outside',
};

/**
 * Names the network namespace of a pod, a node or the outside: another name for each of them. What
 * is too long, or no name in Kubernetes, keeps what fits of it and ends in a hash.
 *
 * @param prefix ASCII, so short that a hash fits behind it.
 */
export function namespaceName(prefix: string, owner: NamespaceOwner): string {
  const parts = partsOf(owner);
  const name = `${prefix}${BEGINNINGS[owner.kind]}${parts.join('.')}`;
  if (name.length <= LONGEST && areLegal(parts)) return name;
  // Quoted, so that it tells where a part ends that has dots in the wrong place.
  const end = `_${shortHash(JSON.stringify([owner.kind, ...parts]))}`;
  const printable = name.replaceAll(/[^A-Za-z0-9._-]/g, '-');
  return `${printable.slice(0, LONGEST - end.length)}${end}`;
}

function partsOf(owner: NamespaceOwner): readonly string[] {
  switch (owner.kind) {
    case 'pod':
      return [owner.namespace, owner.name];
    case 'node':
      return [owner.name];
    case 'outside':
      return [];
    default:
      return unreachable(owner);
  }
}

/** Only the last part has dots: the first dot is where the part before it ends. */
function areLegal(parts: readonly string[]): boolean {
  return parts.every((part, index) =>
    (index < parts.length - 1 ? /^[a-z0-9-]+$/ : /^[a-z0-9.-]+$/).test(part),
  );
}
