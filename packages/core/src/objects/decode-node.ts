import type { Wire } from '../schema/definitions.ts';
import { invalidValue } from '../schema/field-error.ts';
import { type IpAddress, parseAddress } from '../sets/address.ts';
import { type Cidr, parseCidr } from '../sets/cidr.ts';
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
  return { kind: 'Node', name, labels, addresses, podRanges: podRangesOf(wire.spec, draft) };
}

function podRangesOf(
  spec: Wire<'NodeSpec'> | undefined,
  { issues }: Draft<'Node'>,
): readonly Cidr[] {
  const one = spec?.podCIDR ?? '';
  const written =
    spec?.podCIDRs?.map((text, index) => ({ text, at: ['podCIDRs', index] })) ??
    (one === '' ? [] : [{ text: one, at: ['podCIDR'] }]);
  return written.flatMap(({ text, at }) => {
    const spelled = parseCidr(text);
    if (spelled.kind === 'ok') return [spelled.value.cidr];
    issues.push(invalidValue({ path: ['spec', ...at] }, text, spelled.error));
    return [];
  });
}
