import type { Issue } from '../issue.ts';
import type { Wire } from '../schema/definitions.ts';
import type { Labels } from '../selectors/label-selector.ts';
import type { IpAddress } from '../sets/address.ts';
import { decodeAddress } from './decode-address.ts';
import { decodeContainerPorts } from './decode-container-ports.ts';
import { decodeOwnNetwork } from './decode-own-network.ts';
import { type Draft, readDraft } from './draft.ts';
import { decodeMeta } from './meta.ts';
import type { ContainerPort, Owner, Pod } from './object.ts';
import { createSharing } from './sharing.ts';

/** Decodes a Pod. Of a pod without an address the addresses are empty. */
export function decodePod(draft: Draft<'Pod'>): Pod {
  const { metadata, spec, status } = readDraft(draft);
  const meta = decodeMeta(metadata, draft);
  const shared = draft.reading === 'stored' ? SHARED : AS_IT_IS;
  return {
    kind: 'Pod',
    namespace: shared.text(meta.namespace),
    name: meta.name,
    uid: meta.uid,
    labels: shared.labels(meta.labels),
    owner: meta.owner && shared.owner(meta.owner),
    node: shared.text(spec?.nodeName ?? ''),
    finished: status?.phase === 'Succeeded' || status?.phase === 'Failed',
    terminating: meta.terminating,
    createdAt: meta.createdAt,
    addresses: decodeAddresses(status, draft.issues),
    ports: shared.ports(decodeContainerPorts(spec, ['spec'], draft.issues)),
    ...decodeOwnNetwork(spec),
  };
}

/** What replicas have in common is kept once; objects of a cluster stay for long. */
const SHARED = {
  text: createSharing((text: string) => text),
  labels: createSharing((labels: Labels) => JSON.stringify([...labels])),
  owner: createSharing((owner: Owner) => JSON.stringify([owner.kind, owner.name])),
  ports: createSharing((ports: readonly ContainerPort[]) => JSON.stringify(ports)),
};
/** Manifests are read once, and there are few. */
const AS_IT_IS: typeof SHARED = {
  text: (text) => text,
  labels: (labels) => labels,
  owner: (owner) => owner,
  ports: (ports) => ports,
};

/** `podIPs` names every address; objects from before dual stack have `podIP` alone. Each counts once. */
function decodeAddresses(
  status: Wire<'PodStatus'> | undefined,
  issues: Issue[],
): readonly IpAddress[] {
  const addresses: IpAddress[] = [];
  for (const [index, { ip }] of (status?.podIPs ?? []).entries()) {
    const address = decodeAddress(ip ?? '', ['status', 'podIPs', index, 'ip'], issues);
    if (address === undefined) continue;
    const isThere = addresses.some(
      ({ family, value }) => family === address.family && value === address.value,
    );
    if (!isThere) addresses.push(address);
  }
  const podIP = status?.podIP ?? '';
  if ((status?.podIPs ?? []).length === 0 && podIP !== '') {
    const address = decodeAddress(podIP, ['status', 'podIP'], issues);
    if (address !== undefined) addresses.push(address);
  }
  // An array that has grown has room for more, and there are very many.
  return addresses.slice();
}
