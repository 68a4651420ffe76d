import { type Cluster, clusterOf, decode } from '@ringfence/core';
import {
  createNodeRules,
  DEFAULT_COMPILE_OPTIONS,
  type LocalPod,
  type NodeRules,
} from '@ringfence/dataplane';
import { describe, expect, test } from 'vitest';
import { podStatuses, policyStatuses, rowsInForce } from './report.ts';

function made(
  manifests: readonly object[],
  { maxRows = 500_000, known = true } = {},
): { readonly cluster: Cluster; readonly rules: NodeRules; readonly pods: readonly LocalPod[] } {
  const objects = manifests.map((manifest) => {
    const decoded = decode(manifest, { namespace: 'default', reading: 'strict' });
    if (decoded.kind !== 'object') throw new Error(JSON.stringify(decoded));
    return decoded.object;
  });
  const cluster = clusterOf(objects);
  const rules = createNodeRules(cluster, 'n1', {
    ...DEFAULT_COMPILE_OPTIONS,
    interfaceOf: () => (known ? 'cni0' : undefined),
    maxRows,
  });
  rules.flush();
  return { cluster, rules, pods: [...rules.localPods()] };
}

function pod(namespace: string, name: string, last: number): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: name } },
    spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'any' }] },
    status: { podIPs: [{ ip: `10.1.0.${last}` }] },
  };
}

function policy(namespace: string, name: string, app: string, generation: number): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace, generation },
    spec: {
      podSelector: { matchLabels: { app } },
      policyTypes: ['Ingress'],
      ingress: [{ ports: [{ port: 80 }, { port: 443 }] }],
    },
  };
}

const facts = (port?: string, blockedFor?: string, lacksPort = false) => ({
  interfaces: { portOf: () => port, lacksPort: () => lacksPort },
  blockedFor: () => blockedFor,
});

describe('podStatuses', () => {
  const PODS = [pod('shop', 'web', 3), pod('a', 'db', 2)];

  test('lists pods by namespace and name, each with the link that it is behind', () => {
    expect(podStatuses(made(PODS).pods, facts())).toEqual([
      { namespace: 'a', name: 'db', state: 'enforced', reason: '', interface: 'cni0' },
      { namespace: 'shop', name: 'web', state: 'enforced', reason: '', interface: 'cni0' },
    ]);
  });

  test('names the port where the link is a bridge', () => {
    expect(podStatuses(made(PODS).pods, facts('veth3'))[0]?.interface).toBe('veth3');
  });

  test('a pod whose interface is not known is closed', () => {
    expect(podStatuses(made(PODS, { known: false }).pods, facts())[0]).toEqual({
      namespace: 'a',
      name: 'db',
      state: 'closed',
      reason: 'its interface is not known yet',
      interface: null,
    });
  });

  test('a pod on a bridge whose port is not known is closed, and its bridge is named', () => {
    expect(podStatuses(made(PODS).pods, facts(undefined, undefined, true))[0]).toMatchObject({
      state: 'closed',
      reason: 'its port on cni0 is not known, what it sends is dropped',
      interface: 'cni0',
    });
  });

  const CLOSED_WEB = [...PODS, policy('shop', 'web', 'web', 1)];

  test('a pod with too many rows is closed, and no other', () => {
    const { pods } = made(CLOSED_WEB, { maxRows: 2 });
    const [db, web] = podStatuses(pods, facts());
    expect(db?.state).toBe('enforced');
    expect(web).toMatchObject({
      state: 'closed',
      reason:
        "its policies need 4 rows, too many beside those of the node's other pods: NetworkPolicy shop/web",
    });
    expect(rowsInForce(pods)).toBe(0);
    expect(rowsInForce(made(CLOSED_WEB).pods)).toBe(4);
  });

  test('a pod that was too large is open again when its policies are smaller', () => {
    const { cluster, rules } = made(CLOSED_WEB, { maxRows: 3 });
    const smaller = policy('shop', 'web', 'web', 2);
    const decoded = decode(
      {
        ...smaller,
        spec: { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'] },
      },
      { namespace: 'default', reading: 'strict' },
    );
    if (decoded.kind !== 'object') throw new Error('no policy');
    const change = { kind: 'upsert', object: decoded.object } as const;
    rules.follow(change, cluster.apply(change));
    rules.flush();
    expect(podStatuses(rules.localPods(), facts()).map(({ state }) => state)).toEqual([
      'enforced',
      'enforced',
    ]);
  });

  test('a pod whose rows the kernel does not take is closed, and says so', () => {
    const { rules, pods } = made([...PODS, policy('shop', 'web', 'web', 1)]);
    rules.block(pods.flatMap((local) => (local.pod.object.name === 'web' ? [local.pod] : [])));
    rules.flush();
    const [, web] = podStatuses(rules.localPods(), facts(undefined, 'ENOMEM'));
    expect(web).toMatchObject({ state: 'closed', reason: 'ENOMEM' });
  });
});

describe('policyStatuses', () => {
  test('lists each policy that decides about a pod once, in order, with its generation', () => {
    const { cluster, pods } = made([
      pod('shop', 'web', 3),
      pod('shop', 'api', 4),
      policy('shop', 'web', 'web', 7),
      policy('shop', 'all', 'api', 2),
      policy('shop', 'more', 'api', 3),
      policy('shop', 'unused', 'nobody', 9),
      policy('other', 'web', 'web', 9),
    ]);
    expect(policyStatuses(pods, cluster)).toEqual([
      { kind: 'NetworkPolicy', namespace: 'shop', name: 'all', generation: 2 },
      { kind: 'NetworkPolicy', namespace: 'shop', name: 'more', generation: 3 },
      { kind: 'NetworkPolicy', namespace: 'shop', name: 'web', generation: 7 },
    ]);
  });

  test('a policy that is gone by now has no generation any more', () => {
    const { cluster, pods } = made([pod('shop', 'web', 3), policy('shop', 'web', 'web', 7)]);
    const ref = { kind: 'NetworkPolicy', namespace: 'shop', name: 'web' } as const;
    cluster.apply({ kind: 'delete', ref });
    expect(policyStatuses(pods, cluster)).toEqual([{ ...ref, generation: 0 }]);
  });
});
