import type { Issue } from '../issue.ts';
import type { Wire } from '../schema/definitions.ts';
import type { IpAddress } from '../sets/address.ts';
import { decodeAddress } from './decode-address.ts';
import { decodeContainerPorts } from './decode-container-ports.ts';
import { decodeOwnNetwork } from './decode-own-network.ts';
import { type Draft, readDraft } from './draft.ts';
import { decodeMeta } from './meta.ts';
import type { Pod } from './object.ts';

/** Decodes a Pod. Of a pod without an address the addresses are empty. */
export function decodePod(draft: Draft<'Pod'>): Pod {
  const { metadata, spec, status } = readDraft(draft);
  const meta = decodeMeta(metadata, draft);
  return {
    kind: 'Pod',
    namespace: meta.namespace,
    name: meta.name,
    uid: meta.uid,
    labels: meta.labels,
    owner: meta.owner,
    node: spec?.nodeName ?? '',
    finished: status?.phase === 'Succeeded' || status?.phase === 'Failed',
    terminating: meta.terminating,
    createdAt: meta.createdAt,
    addresses: decodeAddresses(status, draft.issues),
    ports: decodeContainerPorts(spec, ['spec'], draft.issues),
    ...decodeOwnNetwork(spec),
  };
}

/** `podIPs` names every address; objects from before dual stack have `podIP` alone. */
function decodeAddresses(
  status: Wire<'PodStatus'> | undefined,
  issues: Issue[],
): readonly IpAddress[] {
  const addresses: IpAddress[] = [];
  for (const [index, { ip }] of (status?.podIPs ?? []).entries()) {
    const address = decodeAddress(ip ?? '', ['status', 'podIPs', index, 'ip'], issues);
    if (address !== undefined) addresses.push(address);
  }
  const podIP = status?.podIP ?? '';
  if ((status?.podIPs ?? []).length === 0 && podIP !== '') {
    const address = decodeAddress(podIP, ['status', 'podIP'], issues);
    if (address !== undefined) addresses.push(address);
  }
  return addresses;
}
