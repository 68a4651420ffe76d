import { type IpAddress, parseAddress } from '../sets/address.ts';
import { type Draft, readDraft } from './draft.ts';
import { decodeMeta } from './meta.ts';
import type { Node } from './object.ts';

/** Decodes a Node. */
export function decodeNode(draft: Draft<'Node'>): Node {
  const wire = readDraft(draft);
  const { name, labels } = decodeMeta(wire.metadata, draft);
  const addresses: IpAddress[] = [];
  for (const { address } of wire.status?.addresses ?? []) {
    const spelled = parseAddress(address ?? '');
    // Host names are listed among the addresses.
    if (spelled.kind === 'ok') addresses.push(spelled.value.address);
  }
  return { kind: 'Node', name, labels, addresses };
}
