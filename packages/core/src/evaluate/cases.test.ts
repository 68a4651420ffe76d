/** Cases that random clusters meet too seldom to be sure of. */
import { describe, expect, test } from 'vitest';
import { clusterOf } from '../cluster/create-cluster.ts';
import { decode } from '../decode.ts';
import type { KubernetesObject } from '../objects/kubernetes-object.ts';
import { parseAddress } from '../sets/address.ts';
import type { Connection } from './connection.ts';
import { evaluate } from './evaluate.ts';
import { suggestAllowance } from './suggest/suggest.ts';

type Fields = Readonly<Record<string, unknown>>;

function object(apiVersion: string, kind: string, fields: Fields): KubernetesObject {
  const decoded = decode({ apiVersion, kind, ...fields }, { namespace: 'shop', reading: 'strict' });
  if (decoded.kind !== 'object') throw new Error(JSON.stringify(decoded));
  return decoded.object;
}

function pod(
  name: string,
  labels: Fields,
  ip: string,
  ports: readonly Fields[] = [],
): KubernetesObject {
  return object('v1', 'Pod', {
    metadata: { name, labels },
    spec: { containers: [{ name: 'main', image: 'main', ports }] },
    status: { podIPs: [{ ip }] },
  });
}

function networkPolicy(name: string, spec: Fields): KubernetesObject {
  return object('networking.k8s.io/v1', 'NetworkPolicy', { metadata: { name }, spec });
}

function deny(name: string, priority: number): KubernetesObject {
  return object('policy.networking.k8s.io/v1alpha2', 'ClusterNetworkPolicy', {
    metadata: { name },
    spec: {
      tier: 'Admin',
      priority,
      subject: { namespaces: {} },
      egress: [{ action: 'Deny', to: [{ namespaces: {} }] }],
    },
  });
}

const between = (from: string, to: string): Connection => ({
  from: { kind: 'pod', namespace: 'shop', name: from },
  to: { kind: 'pod', namespace: 'shop', name: to },
  protocol: 'TCP',
  port: 80,
  family: 'IPv4',
  viaService: false,
});

const WEB = pod('web', { app: 'web' }, '10.0.0.1');
const ONLY_HTTP = networkPolicy('http', {
  podSelector: {},
  ingress: [{ ports: [{ port: 'http' }] }],
});

describe('evaluate', () => {
  test('a port that gets another name, and nothing else, is asked for by its new name', () => {
    const server = (name: string): KubernetesObject =>
      pod('db', { app: 'db' }, '10.0.0.2', [{ name, containerPort: 80 }]);
    const cluster = clusterOf([WEB, server('http'), ONLY_HTTP]);
    expect(evaluate(cluster, between('web', 'db')).verdict).toBe('allow');
    cluster.apply({ kind: 'upsert', object: server('admin') });
    expect(evaluate(cluster, between('web', 'db')).verdict).toBe('deny');
  });

  test('a template that stands in is decided by its labels, in a given family too', () => {
    const template = {
      metadata: { labels: { app: 'db' } },
      spec: { containers: [{ name: 'main', image: 'main' }] },
    };
    const spec = { selector: { matchLabels: { app: 'db' } }, template };
    const cluster = clusterOf([
      WEB,
      object('apps/v1', 'Deployment', { metadata: { name: 'db' }, spec }),
    ]);
    expect(evaluate(cluster, between('web', 'Deployment/db')).verdict).toBe('allow');
  });

  test('a pod without address takes part in no connection of a given family', () => {
    const pending = object('v1', 'Pod', {
      metadata: { name: 'db' },
      spec: { containers: [{ name: 'main', image: 'main' }] },
    });
    const cluster = clusterOf([WEB, pending]);
    const reason = { kind: 'unknown', reason: 'noAddress' };
    expect(evaluate(cluster, between('web', 'db'))).toEqual({
      verdict: 'unknown',
      egress: reason,
      ingress: reason,
    });
    expect(evaluate(cluster, { ...between('web', 'db'), family: 'any' }).verdict).toBe('allow');
  });
});

describe('suggestAllowance', () => {
  const closed = networkPolicy('closed', { podSelector: {}, policyTypes: ['Ingress'] });

  test('selects by a label even where every pod there carries it', () => {
    const cluster = clusterOf([WEB, pod('web-2', { app: 'web' }, '10.0.0.2'), closed]);
    const [suggestion] = suggestAllowance(cluster, between('web', 'web-2'));
    expect(suggestion?.manifest.spec).toEqual({
      podSelector: { matchLabels: { app: 'web' } },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [{ podSelector: { matchLabels: { app: 'web' } } }],
          ports: [{ protocol: 'TCP', port: 80 }],
        },
      ],
    });
  });

  test('prefers the label that tells the workload', () => {
    const labels = { release: 'r1', app: 'db', tier: 'back' };
    const cluster = clusterOf([WEB, pod('db', labels, '10.0.0.2'), closed]);
    const [suggestion] = suggestAllowance(cluster, between('web', 'db'));
    expect(suggestion?.manifest.spec['podSelector']).toEqual({ matchLabels: { app: 'db' } });
  });

  test('names the pods that it would newly isolate', () => {
    const onlyOne = networkPolicy('one', {
      podSelector: { matchLabels: { one: 'yes' } },
      policyTypes: ['Ingress'],
    });
    const first = pod('db-0', { app: 'db', one: 'yes' }, '10.0.0.2');
    const same = pod('db-1', { app: 'db', one: 'yes' }, '10.0.0.3');
    const cluster = clusterOf([WEB, first, same, onlyOne]);
    const [suggestion] = suggestAllowance(cluster, between('web', 'db-0'));
    expect(suggestion?.alsoSubjects.map(({ object: { name } }) => name)).toEqual(['db-1']);
    expect(suggestion?.newlyIsolated).toEqual([]);
  });

  test.each([
    ['before a lower priority', deny('a', 5), [{ priority: 4, name: 'allow-web-to-db-80' }]],
    [
      'by its name at the highest priority',
      deny('a', 0),
      [{ priority: 0, name: '0-allow-web-to-db-80' }],
    ],
    ['not at all where nothing can come before', deny('0', 0), []],
  ])('comes %s', (_, denier, wanted) => {
    const cluster = clusterOf([WEB, pod('db', { app: 'db' }, '10.0.0.2'), denier]);
    const placed = suggestAllowance(cluster, between('web', 'db')).map(({ manifest }) => ({
      priority: manifest.spec['priority'],
      name: manifest.metadata.name,
    }));
    expect(placed).toEqual(wanted);
  });
});

test('a Service that gives its address away is no longer found at it', () => {
  const service = (clusterIP: string): KubernetesObject =>
    object('v1', 'Service', {
      metadata: { name: 'db' },
      spec: { clusterIP, clusterIPs: [clusterIP], ports: [{ port: 80 }], selector: { app: 'db' } },
    });
  const cluster = clusterOf([service('172.20.0.1'), service('172.20.0.2')]);
  const at = (text: string): string | undefined => {
    const parsed = parseAddress(text);
    return parsed.kind === 'ok' ? cluster.serviceAt(parsed.value.address)?.name : undefined;
  };
  expect([at('172.20.0.1'), at('172.20.0.2')]).toEqual([undefined, 'db']);
});
