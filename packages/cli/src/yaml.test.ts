import { readDocuments } from '@ringfence/kube';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toYaml } from './yaml.ts';

test('writes a manifest as people do', () => {
  const manifest = {
    metadata: { name: 'db', labels: { 'app.kubernetes.io/name': 'db', on: 'true' } },
    spec: {
      podSelector: {},
      ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: [] } }], ports: [{ port: 80 }] }],
    },
  };
  expect(toYaml(manifest)).toBe(`metadata:
  name: db
  labels:
    app.kubernetes.io/name: db
    "on": "true"
spec:
  podSelector: {}
  ingress:
  - from:
    - ipBlock:
        cidr: 10.0.0.0/8
        except: []
    ports:
    - port: 80
`);
});

const arbScalar = fc.oneof(
  fc.constantFrom(
    '',
    'yes',
    'No',
    'null',
    '~',
    '1',
    '1e3',
    '0x1f',
    '2024-01-01',
    '12:30:00',
    '- a',
  ),
  fc.constantFrom(
    'a: b',
    'a #b',
    ' a',
    'a ',
    '# c',
    '[',
    '{}',
    '*',
    '&a',
    '!t',
    '"',
    "'",
    '::1',
    'a:',
  ),
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const arbKey = fc.oneof(fc.constantFrom('a', 'b/c', 'y', '1', 'a: b', '-'), fc.string());
const { arbValue } = fc.letrec<{ arbValue: unknown }>((tie) => ({
  arbValue: fc.oneof(
    { depthSize: 'small' },
    arbScalar,
    fc.array(tie('arbValue'), { maxLength: 3 }),
    fc.dictionary(arbKey, tie('arbValue'), { maxKeys: 3 }),
  ),
}));

test('what it writes is read back as the same', () => {
  fc.assert(
    fc.property(fc.dictionary(arbKey, arbValue, { minKeys: 1, maxKeys: 4 }), (value) => {
      const [document] = readDocuments({ name: 'x', text: toYaml(value) });
      expect(document?.issues).toEqual([]);
      expect(JSON.stringify(document?.value)).toBe(JSON.stringify(value));
    }),
    { numRuns: 2_000 },
  );
});
