import type { KubernetesObject } from '@ringfence/core';
import { objectOf } from '../flows/cast.ts';

/** Where packets are sent from and looked for. */
export const PODS = {
  /** May send whatever it likes, as far as policy goes. */
  thief: 'node-1',
  /** May send nothing but what tells that it is alive. */
  caged: 'node-1',
  /** Whom the databases admit. */
  friend: 'node-1',
  farFriend: 'node-2',
  /** Admit friends, and from others only what tells that they are alive. */
  db: 'node-1',
  farDb: 'node-2',
} as const;

export type PodName = keyof typeof PODS;

/** Whether a place is a pod. */
export function isPod(place: string): place is PodName {
  return place in PODS;
}

/** On this port of UDP everybody may tell everybody that it is alive. */
export const ALIVE = 9;
/** And at this one databases are asked, over TCP, UDP and SCTP. */
export const DB_PORT = 5432;

const NAMESPACE = 'siege';
const label = (name: string): string => name.replace('far', 'far-').toLowerCase();

/** The pods, the policies and the Services. */
export function castObjects(): readonly KubernetesObject[] {
  return [
    objectOf({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }),
    ...Object.entries(PODS).map(([name, nodeName]) =>
      objectOf({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { namespace: NAMESPACE, name: label(name), labels: labelsOf(name) },
        spec: { nodeName, containers: [{ name: 'lives', image: 'lives' }] },
      }),
    ),
    dbPolicy({ admitsFriends: true }),
    policy('caged', ['Egress'], {
      podSelector: { matchLabels: { role: 'caged' } },
      egress: [{ ports: [{ protocol: 'UDP', port: ALIVE }] }],
    }),
    objectOf({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: NAMESPACE, name: 'db' },
      spec: {
        type: 'NodePort',
        ipFamilyPolicy: 'RequireDualStack',
        selector: { called: 'db' },
        ports: [{ name: 'db', protocol: 'UDP', port: DB_PORT, nodePort: NODE_PORT }],
      },
    }),
    objectOf({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: NAMESPACE, name: 'own' },
      spec: {
        ipFamilyPolicy: 'RequireDualStack',
        selector: { called: 'caged' },
        ports: [{ name: 'own', protocol: 'UDP', port: DB_PORT }],
      },
    }),
  ];
}

/** Whom databases admit. */
export function dbPolicy(options: { readonly admitsFriends: boolean }): KubernetesObject {
  const friends = {
    from: [{ podSelector: { matchLabels: { role: 'friend' } } }],
    ports: ['TCP', 'UDP', 'SCTP'].map((protocol) => ({ protocol, port: DB_PORT })),
  };
  return policy('db', ['Ingress'], {
    podSelector: { matchLabels: { role: 'db' } },
    ingress: [
      ...(options.admitsFriends ? [friends] : []),
      { ports: [{ protocol: 'UDP', port: ALIVE }] },
    ],
  });
}

/** Where nodes lead to the database. */
export const NODE_PORT = 30_432;

/** The name that objects have. */
export function objectName(name: PodName): { readonly namespace: string; readonly name: string } {
  return { namespace: NAMESPACE, name: label(name) };
}

function labelsOf(name: string): Readonly<Record<string, string>> {
  const role = name.replace('far', '').toLowerCase();
  return { role, called: label(name) };
}

function policy(name: string, policyTypes: readonly string[], spec: object): KubernetesObject {
  return objectOf({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace: NAMESPACE, name },
    spec: { policyTypes, ...spec },
  });
}
