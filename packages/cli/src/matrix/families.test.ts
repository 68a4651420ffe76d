import { expect, test } from 'vitest';
import { record } from '../recording-world.ts';

/** `old` may send to everyone in IPv4 only; `next` is to come, and `block` is about addresses. */
const MANIFESTS = `
apiVersion: v1
kind: Pod
metadata: {name: old, namespace: shop, labels: {app: old}}
status: {phase: Running, podIPs: [{ip: 10.0.0.1}, {ip: '2001:db8::1'}]}
---
apiVersion: v1
kind: Pod
metadata: {name: block, namespace: shop, labels: {app: block}}
status: {phase: Running, podIPs: [{ip: 10.0.0.2}, {ip: '2001:db8::2'}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: next, namespace: shop}
spec:
  selector: {matchLabels: {app: next}}
  template:
    metadata: {labels: {app: next}}
    spec: {containers: [{name: main, image: main}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: old, namespace: shop}
spec:
  podSelector: {matchLabels: {app: old}}
  policyTypes: [Egress]
  egress:
    - to: [{ipBlock: {cidr: 0.0.0.0/0}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: block, namespace: shop}
spec:
  podSelector: {matchLabels: {app: block}}
  ingress:
    - from: [{ipBlock: {cidr: 10.0.0.0/16}}]
      ports: [{port: 80}]
`;

async function matrix(...flags: string[]): Promise<string> {
  const { stdout, stderr } = await record(['matrix', '-f', '-', ...flags], { stdin: MANIFESTS });
  expect(stderr).toBe('');
  return stdout;
}

test('families are told apart only where they differ', async () => {
  await expect(await matrix()).toMatchFileSnapshot('testdata/families.txt');
  await expect(await matrix('-o', 'csv')).toMatchFileSnapshot('testdata/families.csv');
});

test('JSON has the family only where the answers differ, and says what is unknown', async () => {
  const { connections } = JSON.parse(await matrix('-o', 'json')) as {
    readonly connections: readonly unknown[];
  };
  const http = { TCP: [[80, 80]], UDP: [], SCTP: [], other: false };
  expect(connections).toContainEqual({
    from: 'shop/pod/old',
    to: 'shop/pod/block',
    family: 'IPv4',
    allow: http,
  });
  expect(connections).toContainEqual({
    from: 'shop/deployment/next',
    to: 'shop/pod/block',
    allow: { TCP: [], UDP: [], SCTP: [], other: false },
    unknown: http,
  });
  expect(connections).toContainEqual({
    from: 'shop/pod/old',
    to: 'shop/pod/old',
    allow: { TCP: [[1, 65_535]], UDP: [[1, 65_535]], SCTP: [[1, 65_535]], other: true },
  });
});
