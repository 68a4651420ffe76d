import { expect, test } from 'vitest';
import { blockYaml, flowYaml, yamlWriter } from './yaml.ts';

test('block style', () => {
  const value = {
    kind: 'NetworkPolicy',
    spec: {
      podSelector: {},
      ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: [] } }], ports: [{ port: 80 }] }],
      policyTypes: ['Ingress'],
    },
  };
  expect(blockYaml(value)).toBe(`kind: NetworkPolicy
spec:
  podSelector: {}
  ingress:
  - from:
    - ipBlock:
        cidr: 10.0.0.0/8
        except: []
    ports:
    - port: 80
  policyTypes:
  - Ingress`);
});

test('what is the same object in several values is written the same in each, however deep', () => {
  const ports = { TCP: [[1, 80], [443]], other: true };
  const values = [[{ ports }], { deeper: { ports } }, [{ ports, again: ports }], ports];
  const write = yamlWriter();
  expect(values.map(write)).toEqual(values.map(blockYaml));
});

test.each<[reason: string, value: unknown, text: string]>([
  ['what YAML takes for a boolean is quoted', { a: 'yes', y: 'NO' }, '{a: "yes", "y": "NO"}'],
  ['what YAML takes for a number is quoted', ['1.10', '80'], '["1.10", "80"]'],
  ['punctuation is quoted', ['a: b', '', '*'], '["a: b", "", "*"]'],
  ['labels are not', { 'app.kubernetes.io/name': 'db' }, '{app.kubernetes.io/name: db}'],
  ['the rest is as in JSON', [null, true, 1, {}], '[null, true, 1, {}]'],
])('flow style: %s', (_reason, value, text) => {
  expect(flowYaml(value)).toBe(text);
});
