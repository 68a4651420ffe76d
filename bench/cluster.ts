/**
 * Makes realistic clusters of any size, the same objects every time.
 *
 * Ten namespaces with the same pods whatever the number of policies, so that only what is asked for
 * grows. A namespace's first policy isolates all its pods; each further one belongs to a workload:
 * its callers, its callees, and a list of outside addresses.
 */
import {
  cidrOf,
  type KubernetesObject,
  type LabelSelector,
  type NetworkPolicy,
  type Peer,
  type Ports,
  type Rule,
} from '@ringfence/core';

export interface Size {
  readonly pods: number;
  readonly policies: number;
}

export const NAMESPACES = 10;
/** Workloads of a namespace; its pods are their replicas. */
export const WORKLOADS = 100;
const NAME_LABEL = 'kubernetes.io/metadata.name';

/** The objects of a cluster of this size, namespaces first. */
export function* clusterObjects(size: Size): Generator<KubernetesObject> {
  for (let index = 0; index < NAMESPACES; index += 1) {
    const name = `team-${index}`;
    const labels = new Map([
      [NAME_LABEL, name],
      ['stage', index % 2 === 0 ? 'live' : 'test'],
    ]);
    yield { kind: 'Namespace', name, labels, terminating: false };
  }
  for (let index = 0; index < size.pods; index += 1) yield pod(index);
  for (let index = 0; index < size.policies; index += 1) yield policy(index);
}

/** The pod's namespace is `team-<index % 10>`; its name is `pod-<index>`. */
function pod(index: number): KubernetesObject {
  const place = Math.floor(index / NAMESPACES);
  const app = place % WORKLOADS;
  return {
    kind: 'Pod',
    namespace: `team-${index % NAMESPACES}`,
    name: `pod-${index}`,
    uid: `uid-${index}`,
    labels: new Map([
      ['app', `app-${app}`],
      ['tier', app % 10 === 0 ? 'front' : 'back'],
      ['version', `v${Math.floor(place / WORKLOADS) % 3}`],
    ]),
    owner: { kind: 'ReplicaSet', name: `app-${app}-77` },
    node: `node-${index % 50}`,
    hostNetwork: false,
    finished: false,
    terminating: false,
    createdAt: index,
    hostname: '',
    subdomain: '',
    addresses: [
      { family: 'IPv4', value: 0x0a00_0000 + index + 1 },
      { family: 'IPv6', value: (0x2001_0db8n << 96n) + BigInt(index + 1) },
    ],
    ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
  };
}

function policy(index: number): NetworkPolicy {
  const namespace = index % NAMESPACES;
  const place = Math.floor(index / NAMESPACES);
  const app = (place - 1) % WORKLOADS;
  const common = {
    kind: 'NetworkPolicy',
    namespace: `team-${namespace}`,
    name: `policy-${place}`,
    generation: 1,
  } as const;
  if (place === 0) {
    return {
      ...common,
      subject: [],
      egress: isolated([
        rule([podsIn('kube-system', 'kube-dns')], udp(53)),
        rule([own('tier', 'back')], tcp(8080)),
      ]),
      ingress: isolated([
        rule([podsIn('monitoring', 'prometheus')], tcp(9090)),
        rule([own('tier', 'back'), own('tier', 'front')], named('http')),
      ]),
    };
  }
  return {
    ...common,
    subject: labelled('app', `app-${app}`),
    egress: isolated([
      rule([own('app', `app-${(app + 1) % WORKLOADS}`)], tcp(8080)),
      rule([outside(index)], tcp(443)),
    ]),
    ingress: isolated([
      rule([own('app', `app-${(app + WORKLOADS - 1) % WORKLOADS}`)], named('http')),
      rule([podsIn(`team-${(namespace + 1) % NAMESPACES}`, 'app-0')], tcp(8080)),
    ]),
  };
}

function isolated(rules: readonly Rule[]): NetworkPolicy['egress'] {
  return { kind: 'isolated', rules };
}

function rule(peers: readonly Peer[], ports: Ports): Rule {
  return { peers: { kind: 'peers', peers }, ports };
}

function own(key: string, value: string): Peer {
  return { kind: 'pods', namespaces: { kind: 'own' }, pods: labelled(key, value) };
}

function podsIn(namespace: string, app: string): Peer {
  const namespaces = labelled(NAME_LABEL, namespace);
  return { kind: 'pods', namespaces: { kind: 'matching', namespaces }, pods: labelled('app', app) };
}

/** Four blocks that no other policy names, each with a hole. */
function outside(index: number): Peer {
  const blocks = Array.from({ length: 4 }, (_, block) => {
    const address = { family: 'IPv4', value: 0xcb00_0000 + index * 256 + block * 64 } as const;
    return { cidr: cidrOf(address, 26), except: [cidrOf(address, 30)] };
  });
  return { kind: 'ipBlocks', blocks };
}

function labelled(key: string, value: string): LabelSelector {
  return [{ kind: 'in', key, values: new Set([value]) }];
}

function tcp(port: number): Ports {
  return { kind: 'ports', ports: [{ kind: 'range', protocol: 'TCP', from: port, to: port }] };
}

function udp(port: number): Ports {
  return { kind: 'ports', ports: [{ kind: 'range', protocol: 'UDP', from: port, to: port }] };
}

function named(name: string): Ports {
  return { kind: 'ports', ports: [{ kind: 'named', protocol: 'TCP', name }] };
}
