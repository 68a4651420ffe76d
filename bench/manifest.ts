/** Writes the objects of a company as people write manifests: only what must be said. */
import {
  formatAddress,
  formatCidr,
  type LabelSelector,
  type NetworkPolicy,
  type Peer,
  type Peers,
  type Pod,
  type Ports,
  type Rule,
  type TierPolicy,
  unreachable,
} from '@ringfence/core';
import type { CompanyObject } from './company.ts';

/** Plain data, as it stands in a manifest. */
type Fields = Readonly<Record<string, unknown>>;

/** The manifest of an object. */
export function manifestOf(object: CompanyObject): Fields {
  switch (object.kind) {
    case 'Namespace':
      return {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: object.name, labels: Object.fromEntries(object.labels) },
      };
    case 'Pod':
      return podManifest(object);
    case 'NetworkPolicy':
      return policyManifest(object);
    case 'ClusterNetworkPolicy':
    case 'AdminNetworkPolicy':
    case 'BaselineAdminNetworkPolicy':
      return tierManifest(object);
    default:
      return unreachable(object);
  }
}

function podManifest({ namespace, name, labels, owner, node, addresses, ports }: Pod): Fields {
  const ownerReferences = [{ apiVersion: 'apps/v1', ...owner, uid: 'u', controller: true }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: Object.fromEntries(labels), ownerReferences },
    spec: {
      nodeName: node,
      containers: [
        {
          name: 'main',
          image: 'main',
          ports: ports.map((port) => ({ name: port.name, containerPort: port.port })),
        },
      ],
    },
    status: {
      phase: 'Running',
      podIPs: addresses.map((address) => ({ ip: formatAddress(address) })),
    },
  };
}

function policyManifest({ namespace, name, subject, egress, ingress }: NetworkPolicy): Fields {
  const types = [
    ...(ingress.kind === 'isolated' ? ['Ingress'] : []),
    ...(egress.kind === 'isolated' ? ['Egress'] : []),
  ];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec: {
      podSelector: selectorOf(subject),
      policyTypes: types,
      ...(egress.kind === 'isolated'
        ? { egress: egress.rules.map((rule) => ruleOf(rule, 'to')) }
        : {}),
      ...(ingress.kind === 'isolated'
        ? { ingress: ingress.rules.map((rule) => ruleOf(rule, 'from')) }
        : {}),
    },
  };
}

function ruleOf({ peers, ports }: Rule, direction: 'from' | 'to'): Fields {
  return { [direction]: peersOf(peers), ports: portsOf(ports) };
}

function peersOf(peers: Peers): readonly Fields[] {
  return peers.kind === 'anyone' ? [] : peers.peers.flatMap(peerOf);
}

function peerOf(peer: Peer): readonly Fields[] {
  if (peer.kind === 'ipBlocks') {
    return peer.blocks.map(({ cidr, except }) => ({
      ipBlock: { cidr: formatCidr(cidr), except: except.map(formatCidr) },
    }));
  }
  if (peer.kind !== 'pods') throw new Error(`a company has no peers of kind ${peer.kind}`);
  const { namespaces, pods } = peer;
  if (namespaces.kind === 'own') return [{ podSelector: selectorOf(pods) }];
  return [{ namespaceSelector: selectorOf(namespaces.namespaces), podSelector: selectorOf(pods) }];
}

function portsOf(ports: Ports): readonly Fields[] {
  if (ports.kind === 'any') return [];
  return ports.ports.map((port) => {
    if (port.kind === 'named') return { protocol: port.protocol, port: port.name };
    const { protocol, from, to } = port;
    return { protocol, port: from, ...(to === from ? {} : { endPort: to }) };
  });
}

function tierManifest({ name, priority, tier, subject, ingress }: TierPolicy): Fields {
  return {
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name },
    spec: {
      tier,
      priority,
      subject: { namespaces: selectorOf(subject.namespaces) },
      ingress: ingress.map(({ action, peers }) => ({
        action,
        from: peersOf(peers).map(({ namespaceSelector }) => ({ namespaces: namespaceSelector })),
      })),
    },
  };
}

function selectorOf(selector: LabelSelector): Fields {
  if (selector.length === 0) return {};
  return {
    matchLabels: Object.fromEntries(
      selector.flatMap((requirement) =>
        requirement.kind === 'in'
          ? [...requirement.values].map((value) => [requirement.key, value])
          : [],
      ),
    ),
  };
}
