import { type Cluster, clusterOf } from '@ringfence/core';
import { readManifests } from '@ringfence/kube';
import type { Outcome } from '@ringfence/lab';
import { expect, test } from 'vitest';
import { PLAIN } from '../command-line/paint.ts';
import type { ProbeQuestion, TriedConnection } from '../control/protocol.ts';
import { judge } from './judge.ts';
import { measuredRows } from './measured-rows.ts';
import { planConnections } from './plan.ts';
import type { Planned } from './planned.ts';
import { reportTable, reportWide } from './report-text.ts';

const TEXT = `
kind: Pod
apiVersion: v1
metadata: {namespace: shop, name: web, labels: {app: web}}
spec: {nodeName: node-1, containers: [{name: x, ports: [{containerPort: 8080}]}]}
status: {podIPs: [{ip: 10.0.0.1}, {ip: "fd00::1"}]}
---
kind: Pod
apiVersion: v1
metadata: {namespace: shop, name: db-0, labels: {app: db}}
spec: {nodeName: node-1, containers: [{name: x, ports: [{containerPort: 5432, name: sql}]}]}
status: {podIPs: [{ip: 10.0.0.2}]}
---
kind: Pod
apiVersion: v1
metadata: {namespace: shop, name: db-1, labels: {app: db, closed: "yes"}}
spec: {nodeName: node-1, containers: [{name: x, ports: [{containerPort: 5432, name: sql}]}]}
status: {podIPs: [{ip: 10.0.0.3}]}
---
kind: Pod
apiVersion: v1
metadata: {namespace: shop, name: done, labels: {app: job}}
spec: {nodeName: node-1, containers: [{name: x}]}
status: {phase: Succeeded, podIPs: [{ip: 10.0.0.4}]}
---
kind: Service
apiVersion: v1
metadata: {namespace: shop, name: db}
spec: {clusterIP: 10.96.0.1, selector: {app: db}, ports: [{port: 15432, targetPort: sql}, {port: 9, targetPort: 9187}]}
---
kind: Service
apiVersion: v1
metadata: {namespace: shop, name: single}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 15432, targetPort: sql}]}
---
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {namespace: shop, name: closed}
spec: {podSelector: {matchLabels: {closed: "yes"}}}
---
kind: Node
apiVersion: v1
metadata: {name: node-1}
status: {addresses: [{type: InternalIP, address: 192.168.0.1}]}
---
kind: Node
apiVersion: v1
metadata: {name: node-2}
status: {addresses: [{type: InternalIP, address: 192.168.0.2}]}
---
kind: Service
apiVersion: v1
metadata: {namespace: shop, name: shared}
spec:
  type: NodePort
  clusterIP: 10.96.0.2
  selector: {closed: "yes"}
  ports: [{port: 80, targetPort: sql, nodePort: 30080}]
---
kind: Service
apiVersion: v1
metadata: {namespace: shop, name: own}
spec:
  type: NodePort
  clusterIP: 10.96.0.3
  externalTrafficPolicy: Local
  selector: {closed: "yes"}
  ports: [{port: 81, targetPort: sql, nodePort: 30081}]
`;

const cluster: Cluster = clusterOf(
  readManifests([{ name: 'x', text: TEXT }], { namespace: 'default', strict: true }).objects,
);

const EVERYTHING: ProbeQuestion = {
  from: [],
  to: [],
  namespace: 'default',
  only: null,
  ports: [],
  family: null,
  timeoutMs: 1_000,
};

function plan(question: Partial<ProbeQuestion>): readonly Planned[] {
  const planned = planConnections(cluster, { ...EVERYTHING, ...question });
  if (planned.kind === 'failed') throw new Error(planned.error);
  return planned.value;
}

function texts(planned: readonly Planned[]): readonly string[] {
  return planned.map(
    ({ from, to, dialled }) =>
      `${from.label} -> ${to.label} ${dialled.port}/${dialled.protocol} ${dialled.family}`,
  );
}

test('without ends, everybody who runs and the outside meet on the ports that are answered', () => {
  const planned = texts(plan({}));
  expect(planned).toContain('shop/web -> shop/db-0 5432/TCP IPv4');
  expect(planned).toContain('shop/web -> shop/db-0 9187/TCP IPv4');
  expect(planned).toContain('203.0.113.7 -> shop/web 8080/TCP IPv4');
  expect(planned).toContain('2001:db8:ffff::7 -> shop/web 8080/TCP IPv6');
  expect(planned).toContain('shop/web -> 203.0.113.7 443/TCP IPv4');
  expect(planned.filter((text) => /done|(\S+) -> \1 /u.test(text))).toEqual([]);
  expect(planned.filter((text) => /^\d\S* -> \d/u.test(text))).toEqual([]);
});

test.each<[reason: string, question: Partial<ProbeQuestion>, expected: readonly string[]]>([
  [
    'a port that was asked for',
    { from: ['shop/web'], to: ['shop/db-0'], ports: [{ protocol: 'UDP', port: 53 }] },
    ['shop/web -> shop/db-0 53/UDP IPv4'],
  ],
  [
    'one family',
    {
      from: ['shop/db-0'],
      to: ['shop/web'],
      family: 'IPv6',
      ports: [{ protocol: 'TCP', port: 1 }],
    },
    [],
  ],
  [
    'a pod and itself, when nothing else is asked',
    { from: ['shop/db-0'], to: ['shop/db-0'] },
    ['shop/db-0 -> shop/db-0 5432/TCP IPv4', 'shop/db-0 -> shop/db-0 9187/TCP IPv4'],
  ],
  [
    'a Service by its own address and ports',
    { from: ['shop/web'], to: ['shop/svc/db'] },
    ['shop/web -> shop/svc/db 15432/TCP IPv4', 'shop/web -> shop/svc/db 9/TCP IPv4'],
  ],
  [
    'a Service without address by its pods, on their own ports',
    { from: ['shop/web'], to: ['shop/svc/single'] },
    ['shop/web -> shop/db-0 5432/TCP IPv4', 'shop/web -> shop/db-1 5432/TCP IPv4'],
  ],
])('plans %s', (_reason, question, expected) => {
  const planned = planConnections(cluster, { ...EVERYTHING, ...question });
  expect(planned.kind === 'ok' ? texts(planned.value) : []).toEqual(expected);
});

test('of a namespace only what has an end in it', () => {
  expect(plan({ only: 'shop' })).toHaveLength(plan({}).length);
  expect(planConnections(cluster, { ...EVERYTHING, only: 'blog' }).kind).toBe('failed');
});

test('an end that there is not is told', () => {
  const planned = planConnections(cluster, { ...EVERYTHING, from: ['shop/wbe'] });
  expect(planned.kind === 'failed' && planned.error).toContain('did you mean `shop/web`');
});

const bystanders = { cluster, answers: new Set(['outside', 'web', 'db-0', 'db-1']) };
const answered = (answer: string): Outcome => ({ kind: 'answered', answer, micros: 7 });

function judged(to: string, outcome: Outcome): TriedConnection {
  const [first] = plan({ from: ['shop/web'], to: [to] });
  if (first === undefined) throw new Error(`nothing is planned to ${to}`);
  return judge(bystanders, first, outcome);
}

test.each<[reason: string, to: string, Outcome, measured: string, predicted: string]>([
  ['an answer', 'shop/db-0', answered('db-0'), 'allow', 'allow'],
  ['an answer that should not be', 'shop/db-1', answered('db-1'), 'allow', 'deny'],
  ['silence', 'shop/db-1', { kind: 'silent' }, 'deny', 'deny'],
  ['silence that should not be', 'shop/db-0', { kind: 'silent' }, 'deny', 'allow'],
  ['a refusal, which was let through', 'shop/db-1', { kind: 'refused' }, 'allow', 'deny'],
  ['what could not be tried', 'shop/db-0', { kind: 'broken', code: 'EIO' }, 'error', 'allow'],
  ['an answer of somebody else', 'shop/db-0', answered('outside'), 'error', 'allow'],
  ['a Service, at the backend that answered', 'shop/svc/db', answered('db-0'), 'allow', 'allow'],
  ['a Service, at one that is denied', 'shop/svc/db', answered('db-1'), 'allow', 'deny'],
  ['a Service that is silent, as one of two is', 'shop/svc/db', { kind: 'silent' }, 'deny', 'deny'],
])('judges %s', (_reason, to, outcome, measured, predicted) => {
  expect(judged(to, outcome)).toMatchObject({ measured, predicted });
});

// The only pod behind both is closed, and runs on node-1: a node may always speak to its own pods.
test.each<[reason: string, from: string, to: string, port: number, predicted: string]>([
  ['in the name of the pod’s own node', '203.0.113.9', 'node/node-1', 30_080, 'allow'],
  ['in the name of another node', '203.0.113.9', 'node/node-2', 30_080, 'deny'],
  ['in the name of who came', '203.0.113.9', 'node/node-1', 30_081, 'deny'],
  ['to nobody, as no pod is there', '203.0.113.9', 'node/node-2', 30_081, 'deny'],
  ['before policy sees it, on a pod’s own node', 'shop/web', 'node/node-1', 30_080, 'deny'],
  ['by the node’s address, too', '203.0.113.9', '192.168.0.1', 30_080, 'allow'],
  ['no port of a Service: to the node itself', '203.0.113.9', 'node/node-1', 30_082, 'allow'],
])('a node leads on %s', (_reason, from, to, port, predicted) => {
  const [first] = plan({ from: [from], to: [to], ports: [{ protocol: 'TCP', port }] });
  if (first === undefined) throw new Error('nothing is planned');
  expect(judge(bystanders, first, { kind: 'silent' })).toMatchObject({ predicted });
});

test('an answer of an own server, that is no name, is an answer', () => {
  expect(judged('shop/db-0', answered('HTTP/1.0 404'))).toMatchObject({ measured: 'allow' });
});

const OPEN = [
  judged('shop/db-0', answered('db-0')),
  judged('shop/db-1', answered('db-1')),
  judged('shop/web', answered('web')),
];

test('the table shows what is open although policy denies it, and says so', () => {
  const lines = reportTable(
    { connections: OPEN, notInForce: ['not all is in force on node-1: why'], seconds: 0.1 },
    PLAIN,
  );
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "measured: 3 connections in 0.1 s
    x answered   ! answered, though policy denies it
    to            port  from a b c
    a  shop/db-0  5432           x
    b  shop/db-1  5432           !
    c  shop/web   8080           x
    not all is in force on node-1: why
    1 of 1 connections that policy denies were let through"
  `);
});

test('the wide table has a line for each connection', () => {
  const connections = [...OPEN, judged('shop/db-1', { kind: 'refused' })];
  const lines = [...reportWide({ connections, notInForce: [], seconds: 0.1 }, PLAIN)];
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "FROM      TO         PORT        FAMILY  MEASURED  POLICY  ANSWER
    shop/web  shop/db-0  5432/TCP    IPv4    allow     allow   0.0 ms
    shop/web  shop/db-1  5432/TCP    IPv4    allow     deny    0.0 ms
    shop/web  shop/web   8080/TCP    IPv4    allow     allow   0.0 ms
    shop/web  shop/db-1  5432/TCP    IPv4    allow     deny    refused"
  `);
});

test.each<[reason: string, connections: readonly TriedConnection[], sentence: string]>([
  [
    'all is well',
    [judged('shop/db-1', { kind: 'silent' })],
    'all are as the policies say, 1 of them denied',
  ],
  ['nothing had to fail', [judged('shop/db-0', answered('db-0'))], 'policy denies none of these'],
  [
    'something got lost',
    [judged('shop/db-0', { kind: 'silent' })],
    '1 connections that policy allows got no answer',
  ],
  [
    'something broke',
    [judged('shop/db-0', { kind: 'broken', code: 'EIO' })],
    'shop/web -> shop/db-0 5432/TCP: EIO',
  ],
])('the summary says that %s', (_reason, connections, sentence) => {
  const lines = reportTable({ connections, notInForce: [], seconds: 0.1 }, PLAIN);
  expect(lines.join('\n')).toContain(sentence);
});

test('pods of one owner share a cell, which says when they differ', () => {
  const both = [judged('shop/db-0', answered('db-0')), judged('shop/db-1', { kind: 'silent' })].map(
    (each) => ({ ...each, groups: { from: 'shop/web', to: 'shop/db' } }),
  );
  expect(measuredRows(both).rows.filter(({ ports }) => ports.length > 0)).toEqual([
    { to: 'shop/db', ports: [{ protocol: 'TCP', port: 5432 }], cells: ['itself', 'part'] },
  ]);
});
