import { clusterOf } from '@ringfence/core';
import { readManifests } from '@ringfence/kube';
import { expect, test } from 'vitest';
import { endsOnPort, portOn } from './port.ts';
import { resolveEnd } from './resolve-end.ts';

const pod = (name: string, ports: string): string => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: web}}
spec: {containers: [{name: x, image: x, ports: [${ports}]}]}
`;
const TEXT = `${pod('a', '{name: http, containerPort: 8080}')}${pod('b', '{name: http, containerPort: 9090}')}${pod('c', '')}---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: http}, {name: raw, port: 81, targetPort: 8181}, {name: none, port: 82, targetPort: none}]
`;
const { objects } = readManifests([{ name: 'x', text: TEXT }], {
  namespace: 'default',
  strict: true,
});
const cluster = clusterOf(objects);

test.each([
  ['a named target port: the backends that have it, each on its own number', 80, 'a 8080, b 9090'],
  ['a number: all backends', 81, 'a 8181, b 8181, c 8181'],
  ['a name that no backend has: nobody is left out, so that all say why', 82, 'a -, b -, c -'],
  ['a port that the Service has not', 83, 'a -, b -, c -'],
])('%s', (_, port, expected) => {
  const ends = resolveEnd(cluster, 'svc/web', { namespace: 'default' });
  if (ends.kind === 'failed') throw new Error(ends.error);
  const wanted = { protocol: 'TCP', port } as const;
  const asked = [...endsOnPort(cluster, ends.value, wanted)].map((end) => {
    const found = portOn(cluster, end, wanted);
    return `${end.label.slice('default/'.length)} ${found.kind === 'ok' ? found.value : '-'}`;
  });
  expect(asked.join(', ')).toBe(expected);
});
