import type { Wire } from '../schema/definitions.ts';
import { EVERYTHING } from '../selectors/label-selector.ts';
import { decodeSelector, type SelectorContext } from './decode-selector.ts';
import type { PodsInNamespaces } from './policy.ts';

/** Decodes which pods a tier's policy applies to, or which pods one of its peers means. */
export function decodeSubject(
  { namespaces, pods }: Wire<'TierSubject'>,
  context: SelectorContext,
): PodsInNamespaces {
  if (pods === undefined) {
    const path = [...context.path, 'namespaces'];
    return { namespaces: decodeSelector(namespaces, { ...context, path }), pods: EVERYTHING };
  }
  const path = [...context.path, 'pods'];
  return {
    namespaces: decodeSelector(pods.namespaceSelector, {
      ...context,
      path: [...path, 'namespaceSelector'],
    }),
    pods: decodeSelector(pods.podSelector, { ...context, path: [...path, 'podSelector'] }),
  };
}
