import { decode, type KubernetesObject } from '@ringfence/core';

/** How many pods the first node has. */
export const PODS_OF_NODE = 3;

/** Objects whose rules need every kind of set: ports, ranges, blocks of both families, tiers. */
export function mutationObjects(): readonly KubernetesObject[] {
  return [
    namespace('one', 'red'),
    namespace('two', 'blue'),
    pod('one', 'web', 'node-1'),
    pod('one', 'db', 'node-1'),
    pod('two', 'free', 'node-1'),
    pod('one', 'far', 'node-2'),
    pod('two', 'away', 'node-2'),
    policy('one', 'db', {
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        { from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port: 5432 }] },
        {
          from: [{ podSelector: { matchLabels: { app: 'far' } } }],
          ports: [{ port: 100, endPort: 300 }],
        },
        { from: [{ ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.64/26'] } }] },
        { from: [{ ipBlock: { cidr: '2001:db8:7::/48' } }], ports: [{ port: 443 }] },
      ],
      egress: [{ to: [{ namespaceSelector: {} }], ports: [{ protocol: 'UDP', port: 53 }] }],
    }),
    policy('one', 'web', {
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        { ports: [{ port: 8080 }] },
        {
          from: [{ ipBlock: { cidr: '198.51.100.0/24' } }],
          ports: [{ port: 30_000, endPort: 32_767 }],
        },
      ],
      egress: [
        { to: [{ podSelector: {} }] },
        { to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 443 }] },
      ],
    }),
    objectOf({
      apiVersion: 'policy.networking.k8s.io/v1alpha1',
      kind: 'AdminNetworkPolicy',
      metadata: { name: 'guard' },
      spec: {
        priority: 7,
        subject: { namespaces: {} },
        ingress: [
          {
            name: 'no blue ones',
            action: 'Deny',
            from: [{ namespaces: { matchLabels: { team: 'blue' } } }],
            ports: [{ portNumber: { protocol: 'TCP', port: 9999 } }],
          },
        ],
      },
    }),
  ];
}

function namespace(name: string, team: string): KubernetesObject {
  return objectOf({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { team } } });
}

function pod(of: string, name: string, nodeName: string): KubernetesObject {
  return objectOf({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: of, name, labels: { app: name } },
    spec: { nodeName, containers: [{ name: 'main', image: 'any' }] },
  });
}

function policy(of: string, app: string, spec: object): KubernetesObject {
  return objectOf({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace: of, name: app },
    spec: { podSelector: { matchLabels: { app } }, ...spec },
  });
}

function objectOf(manifest: object): KubernetesObject {
  const decoded = decode(manifest, { namespace: 'default', reading: 'strict' });
  if (decoded.kind !== 'object') throw new Error(JSON.stringify(decoded));
  return decoded.object;
}
