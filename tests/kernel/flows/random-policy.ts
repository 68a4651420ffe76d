import type { KubernetesObject } from '@ringfence/core';
import { objectOf } from './cast.ts';
import type { Random } from './random.ts';

/** What pods are labelled with. */
export const APPS = ['web', 'db'] as const;
/** What namespaces are labelled with. */
export const TEAMS = ['red', 'blue'] as const;

/** Of pods, nodes and the outside, whole or in part. */
const BLOCKS = [
  { cidr: '0.0.0.0/0' },
  { cidr: '::/0' },
  { cidr: '0.0.0.0/0', except: ['203.0.113.0/25'] },
  { cidr: '::/0', except: ['2001:db8:ffff::8000/113'] },
  { cidr: '10.244.0.0/16' },
  { cidr: 'fd00:10:244::/56' },
  { cidr: '192.168.0.0/16' },
  { cidr: 'fd00:192:168::/64' },
  { cidr: '203.0.113.0/24' },
  { cidr: '2001:db8::/32', except: ['2001:db8:ffff::7/128'] },
] as const;

/** Makes up policies for flows whose servers have some range of ports. */
export function randomPolicies(
  random: Random,
  ports: { readonly first: number; readonly count: number },
): (namespace: string, name: string) => KubernetesObject {
  const some = <T>(most: number, make: () => T): readonly T[] =>
    Array.from({ length: 1 + random.below(most) }, make);
  const pods = (): object =>
    random.percent(40) ? {} : { matchLabels: { app: random.pick(APPS) } };
  const namespaces = (): object =>
    random.percent(40) ? {} : { matchLabels: { team: random.pick(TEAMS) } };

  const peer = (): object => {
    const which = random.below(10);
    if (which < 5) return { ipBlock: random.pick(BLOCKS) };
    if (which < 6) return { podSelector: pods() };
    if (which < 8) return { namespaceSelector: namespaces() };
    return { namespaceSelector: namespaces(), podSelector: pods() };
  };
  const port = (): object => {
    const from = ports.first + random.below(ports.count);
    const protocol = random.pick(['TCP', 'UDP']);
    const which = random.below(4);
    if (which === 0) return { protocol };
    if (which === 1) return { protocol, port: from };
    return { protocol, port: from, endPort: from + random.below(ports.count) };
  };
  const rule = (side: 'from' | 'to'): object => ({
    ...(random.percent(35) ? {} : { [side]: some(3, peer) }),
    ...(random.percent(50) ? {} : { ports: some(3, port) }),
  });
  const rules = (side: 'from' | 'to'): readonly object[] =>
    random.percent(10) ? [] : some(3, () => rule(side));

  return (namespace, name) => {
    const policyTypes = random.pick([['Ingress'], ['Egress'], ['Ingress', 'Egress']]);
    return objectOf({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { namespace, name },
      spec: {
        podSelector: pods(),
        policyTypes,
        ...(policyTypes.includes('Ingress') ? { ingress: rules('from') } : {}),
        ...(policyTypes.includes('Egress') ? { egress: rules('to') } : {}),
      },
    });
  };
}
