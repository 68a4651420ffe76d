import type { Member } from '../flows/cast.ts';
import type { Random } from '../flows/random.ts';
import { EVERYBODY } from './guard.ts';
import { LONG_KEYS, LONG_NAMESPACES, LONG_PODS, LONG_VALUES } from './long-names.ts';

/** In each namespace a pod of each name: one on each node. */
export const LONG_MEMBERS: readonly Member[] = LONG_NAMESPACES.flatMap((namespace, which) =>
  LONG_PODS.map((name, index) => {
    const node = index === 0 ? 'node-1' : 'node-2';
    return { namespace, name, uid: `long ${which} ${index}`, node };
  }),
);

/** Manifests with long labels and long selectors, by chance. */
export interface LongObjects {
  pod(member: Member): object;
  namespace(name: string): object;
  /** The spec of a policy. */
  spec(): object;
}

/** @param ports the ones that a rule may speak of: some of these, or some of those. */
export function longObjects(random: Random, ports: readonly (readonly object[])[]): LongObjects {
  const labels = (): Readonly<Record<string, string>> =>
    Object.fromEntries(
      LONG_KEYS.filter(() => random.percent(70)).map((key) => [key, random.pick(LONG_VALUES)]),
    );
  const requirement = (): object => {
    const key = random.pick(LONG_KEYS);
    const operator = random.pick(['In', 'NotIn', 'Exists', 'DoesNotExist']);
    if (!operator.endsWith('In')) return { key, operator };
    const first = random.below(LONG_VALUES.length);
    return { key, operator, values: LONG_VALUES.slice(first, first + 2) };
  };
  const selector = (): object =>
    random.percent(40)
      ? { matchLabels: { [random.pick(LONG_KEYS)]: random.pick(LONG_VALUES) } }
      : { matchExpressions: [requirement()] };
  const peers = (): readonly object[] =>
    random.pick([
      () => EVERYBODY,
      () => [{ podSelector: selector() }],
      () => [{ namespaceSelector: selector() }, ...EVERYBODY.slice(1)],
      () => [{ namespaceSelector: selector(), podSelector: selector() }],
    ])();
  return {
    pod: ({ namespace, name, uid, node, addresses = [] }) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace, name, uid, labels: labels() },
      spec: { nodeName: node, containers: [{ name: 'talks', image: 'talks' }] },
      ...(addresses.length > 0 ? { status: { podIPs: addresses.map((ip) => ({ ip })) } } : {}),
    }),
    namespace: (name) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: labels() },
    }),
    spec: () => ({
      podSelector: random.percent(30) ? {} : selector(),
      policyTypes: random.pick([['Ingress'], ['Egress'], ['Ingress', 'Egress']]),
      ingress: [{ from: peers(), ports: random.pick(ports) }],
      egress: [{ to: peers(), ports: random.pick(ports) }],
    }),
  };
}
