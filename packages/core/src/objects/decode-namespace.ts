import type { Draft } from './draft.ts';
import { readDraft } from './draft.ts';
import { decodeMeta } from './meta.ts';
import type { Namespace } from './object.ts';

/** The label by which a namespace can be selected by name; servers set it, whatever was written. */
export const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name';

/** Decodes a Namespace. */
export function decodeNamespace(draft: Draft<'Namespace'>): Namespace {
  const wire = readDraft(draft);
  const { name, labels, terminating } = decodeMeta(wire.metadata, draft);
  return {
    kind: 'Namespace',
    name,
    labels: new Map([...labels, [NAMESPACE_NAME_LABEL, name]]),
    terminating: terminating || wire.status?.phase === 'Terminating',
  };
}
