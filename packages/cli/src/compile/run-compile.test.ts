import { expect, test } from 'vitest';
import { record } from '../recording-world.ts';

const pod = (name: string, node: string, ip: string): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', labels: { app: name } },
  spec: { nodeName: node, containers: [{ name: 'main', image: 'any' }] },
  status: { podIP: ip },
});

const CLUSTER = JSON.stringify({
  apiVersion: 'v1',
  kind: 'List',
  items: [
    pod('web', 'n1', '10.1.0.2'),
    pod('db', 'n1', '10.1.0.3'),
    pod('far', 'n2', '10.2.0.2'),
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'db', namespace: 'shop' },
      spec: {
        podSelector: { matchLabels: { app: 'db' } },
        ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }],
      },
    },
  ],
});

/** Runs `compile` on that cluster. */
async function compile(...words: readonly string[]): ReturnType<typeof record> {
  return await record(['compile', '-f', '-', ...words], { stdin: CLUSTER });
}

test('prints the ruleset of a node', async () => {
  const { stdout, stderr, exitCode } = await compile('--node', 'n1');
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('table inet ringfence {');
  expect(stdout).toContain('"pod1" . 10.1.0.3 comment "shop/db",');
  expect(stdout).toContain('10.1.0.3 comment "shop/db: shop/db",');
  expect(stdout).not.toContain('"pod3"');
});

test('says which pods are closed by the bound on rows, and why', async () => {
  const { stdout, stderr, exitCode } = await compile('--node', 'n1', '--max-rows', '0');
  expect(stderr).toBe(
    'closed: shop/db needs 1 rows, too many with those of the others for the 0 of a node; its policies: shop/db\n',
  );
  expect(stdout).toContain('# closed: shop/db would need 1 rows');
  expect(exitCode).toBe(1);
});

test.each([
  ['no node where there are several', [], '--node is needed: there are n1, n2'],
  [
    'a node that is not there',
    ['--node', 'n3'],
    '--node: there is no node `n3`; did you mean `n1`',
  ],
  ['no number', ['--max-rows', 'many'], '--max-rows: must be a number, got `many`'],
  ['another way', ['--own-node-egress', 'no'], 'enforce'],
])('refuses %s', async (_, words, message) => {
  const { stdout, stderr, exitCode } = await compile(...words);
  expect(stderr).toContain(message);
  expect(stdout).toBe('');
  expect(exitCode).toBe(2);
});
