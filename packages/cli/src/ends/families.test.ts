import { clusterOf } from '@ringfence/core';
import { readManifests } from '@ringfence/kube';
import { expect, test } from 'vitest';
import { familiesToAsk } from './families.ts';
import { resolveEnd, type ResolvedEnd } from './resolve-end.ts';

const pod = (name: string, addresses: string): string => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${name}}}
spec: {containers: [{name: x, image: x}]}
status: {podIPs: [${addresses}]}
`;
const service = (name: string, addresses: string): string => `---
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {clusterIPs: [${addresses}], selector: {app: both}, ports: [{port: 80}]}
`;
const TEXT = [
  pod('both', '{ip: 10.0.0.1}, {ip: "fd00::1"}'),
  pod('client', '{ip: 10.0.0.2}, {ip: "fd00::2"}'),
  pod('four', '{ip: 10.0.0.3}'),
  pod('pending', ''),
  service('v4', '10.96.0.1'),
  service('dual', '10.96.0.2, "fd96::2"'),
  service('headless', 'None'),
].join('');

const { objects } = readManifests([{ name: 'x', text: TEXT }], {
  namespace: 'default',
  strict: true,
});
const cluster = clusterOf(objects);

function end(text: string): ResolvedEnd {
  const ends = resolveEnd(cluster, text, { namespace: 'default' });
  const [first] = ends.kind === 'ok' ? ends.value : [];
  if (first === undefined) throw new Error(`no ${text}`);
  return first;
}

test.each([
  ['client', 'both', 'IPv4 IPv6'],
  ['client', 'four', 'IPv4'],
  ['client', 'pending', 'any'],
  ['client', 'fd00::1', 'IPv6'],
  ['client', 'svc/dual', 'IPv4 IPv6'],
  ['client', 'svc/headless', 'IPv4 IPv6'],
  ['client', 'svc/v4', 'IPv4'],
  ['client', 'fd96::2', 'IPv6'],
  ['svc/v4', 'client', 'IPv4 IPv6'],
])('%s to %s is asked for %s', (from, to, expected) => {
  const families = familiesToAsk(cluster, { from: end(from), to: end(to) }, undefined);
  expect(families.join(' ')).toBe(expected);
});
