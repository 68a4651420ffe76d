import { evaluate, parseAddress } from '@ringfence/core';
import type { Input } from '../input/load-cluster.ts';

/** A connection of the shop that somebody could expect to work, and that is denied. */
export const DENIED = {
  pod: 'web-1',
  namespace: 'shop',
  address: '203.0.113.7',
  port: 443,
  policy: 'web',
} as const;

/** Where the rules are that could allow it, as editors take a place: `+12 policies/shop.yaml`. */
export function placeToEdit({ cluster, loaded }: Input): string {
  const { pod, namespace, address: text, port } = DENIED;
  const address = parseAddress(text);
  if (address.kind === 'failed') throw new Error(address.error);
  const { egress } = evaluate(cluster, {
    from: { kind: 'pod', namespace, name: pod },
    to: { kind: 'address', address: address.value.address },
    protocol: 'TCP',
    port,
    family: 'IPv4',
    viaService: false,
  });
  const policies = egress.kind === 'denied' ? egress.isolatedBy : [];
  const policy = policies.find(({ name }) => name === DENIED.policy);
  const place = policy && loaded.locate(policy, ['spec', 'egress']);
  if (place === undefined) throw new Error('the shop denies its pages the outside');
  return `+${place.line} ${place.file}`;
}
