import { expect, test } from 'vitest';
import { record } from '../recording-world.ts';

/** Deployments without pods, so many in each of so many namespaces. */
function cluster(namespaces: number, workloads: number): readonly unknown[] {
  return Array.from({ length: namespaces }, (_, index) => `team-${index + 1}`).flatMap(
    (namespace) => [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      ...Array.from({ length: workloads }, (_, index) => deployment(namespace, `app-${index + 1}`)),
    ],
  );
}

function deployment(namespace: string, name: string): unknown {
  const labels = { app: name };
  const containers = [{ name: 'main', image: 'main' }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    },
  };
}

function policy(namespace: string, name: string, spec: unknown): unknown {
  const metadata = { namespace, name };
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec };
}

async function lines(objects: readonly unknown[], ...flags: string[]): Promise<readonly string[]> {
  const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  const { stdout, stderr } = await record(['matrix', '-f', '-', ...flags], { stdin });
  expect(stderr).toBe('');
  return stdout.trimEnd().split('\n');
}

/** Only the own namespace, and monitoring's metrics port. */
function isolation(namespace: string): unknown {
  const monitoring = { 'kubernetes.io/metadata.name': 'team-1' };
  return policy(namespace, 'own', {
    podSelector: {},
    ingress: [
      { from: [{ podSelector: {} }] },
      { from: [{ namespaceSelector: { matchLabels: monitoring } }], ports: [{ port: 9100 }] },
    ],
  });
}

test('1,000 workloads that nobody isolates are one row', async () => {
  const table = await lines(cluster(100, 10));
  await expect(`${table.join('\n')}\n`).toMatchFileSnapshot('testdata/folded-to-nothing.txt');
});

test('1,000 workloads in 100 namespaces of one pattern are a few rows', async () => {
  const objects = cluster(100, 10);
  const policies = Array.from({ length: 100 }, (_, index) => isolation(`team-${index + 1}`));
  const special = policy('team-7', 'special', {
    podSelector: { matchLabels: { app: 'app-3' } },
    ingress: [{ from: [{ ipBlock: { cidr: '203.0.113.0/24' } }], ports: [{ port: 443 }] }],
  });
  const table = await lines([...objects, ...policies, special]);
  expect(table.length).toBeLessThanOrEqual(20);
  await expect(`${table.join('\n')}\n`).toMatchFileSnapshot('testdata/folded.txt');
});

test('1,000 workloads that all differ take 60 lines; the last one says so', async () => {
  const objects = cluster(100, 10);
  const policies = objects.flatMap((_, index) => {
    const [namespace, app] = [`team-${(index % 100) + 1}`, `app-${Math.floor(index / 100) + 1}`];
    return index < 1000
      ? [
          policy(namespace, `own-${index}`, {
            podSelector: { matchLabels: { app } },
            ingress: [{ ports: [{ port: index + 1 }] }],
          }),
        ]
      : [];
  });
  const table = await lines([...objects, ...policies]);
  expect(table.length).toBeLessThanOrEqual(60);
  expect(table.at(-1)).toMatch(/94\d left out; all: -o wide$/);
  for (const each of table) expect(each.length).toBeLessThanOrEqual(80);
});

test('wide prints every pair', async () => {
  const table = await lines(cluster(5, 4), '-o', 'wide');
  // 20 workloads with each other and themselves, and the outside in both directions.
  expect(table.length).toBe(1 + 20 * 20 + 2 * 20);
});

test('what every namespace does alike is one row, in words about its own namespace', async () => {
  const objects = cluster(100, 3);
  const policies = Array.from({ length: 100 }, (_, index) =>
    policy(`team-${index + 1}`, 'chain', {
      podSelector: { matchLabels: { app: 'app-2' } },
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'app-1' } } }] }],
    }),
  );
  const table = await lines([...objects, ...policies]);
  expect(table.slice(2, -1)).toEqual([
    'team-1/deploy/app-1 +199  all    everyone',
    'team-1/deploy/app-2 +99   all    its deploy/app-1',
    'outside                   all    every pod',
  ]);
  expect(await lines([...objects, ...policies], '--to', 'team-7/deploy/app-2')).toContain(
    'team-7/deploy/app-2  all    team-7/deploy/app-1',
  );
});
