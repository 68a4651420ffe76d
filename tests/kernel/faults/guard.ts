import type { KubernetesObject } from '@ringfence/core';
import { NAMESPACES, objectOf, PROBED } from '../flows/cast.ts';
import type { Flow } from '../flows/flow.ts';

/** A policy of these tests. */
export function policyOf(namespace: string, name: string, spec: object): KubernetesObject {
  return objectOf(policyManifest(namespace, name, spec));
}

/** The same, as somebody writes it. */
export function policyManifest(namespace: string, name: string, spec: object): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace, name },
    spec,
  };
}

/** The ports of some flows, as rules of policies name them. */
export function portsOf(
  flows: readonly Flow[],
): readonly { readonly protocol: Flow['protocol']; readonly port: number }[] {
  return flows.map(({ protocol, port }) => ({ protocol, port }));
}

/** Everybody, pods and others. */
export const EVERYBODY: readonly object[] = [
  { namespaceSelector: {} },
  ...['0.0.0.0/0', '::/0'].map((cidr) => ({ ipBlock: { cidr } })),
];

/** In each namespace: what comes in is allowed for some flows, and so is what goes out. */
export function guardsFor(flows: readonly Flow[]): readonly KubernetesObject[] {
  const ports = portsOf(flows);
  return NAMESPACES.map((namespace) =>
    policyOf(namespace, 'guard', {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: EVERYBODY, ports }],
      egress: [{ ports }],
    }),
  );
}

/** A quarter of the flows, 0 to 3: on every path there are some of each. */
export function classOf(which: number, flows: readonly Flow[] = PROBED): readonly Flow[] {
  return flows.filter(({ id }) => (id + Math.floor(id / 8)) % 4 === which);
}

/** On every path and of every kind, half of the flows are allowed: which, differs from path to path. */
export const GUARDS: readonly KubernetesObject[] = guardsFor([...classOf(1), ...classOf(3)]);
