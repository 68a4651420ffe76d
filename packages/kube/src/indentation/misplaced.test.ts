import { expect, test } from 'vitest';
import type { Loaded } from '../manifests/loaded.ts';
import { readManifests } from '../manifests/read-manifests.ts';
import { readText } from '../read-text.ts';

const load = (text: string): Loaded =>
  readManifests([{ name: 'a.yaml', text }], { namespace: 'shop', strict: true });

/** Takes every line's indentation away, as copying from a web page does. */
const flatten = (text: string): string => text.replaceAll(/^ +/gmu, '');

const HEAD = 'kind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nmetadata:\n';

/** The manifests of a guide whose page lost the indentation of all of them, as they were meant. */
const FLATTENED: readonly (readonly [reason: string, meant: string])[] = [
  [
    'from pods of the same namespace',
    `${HEAD}  name: allow-same-namespace
  namespace: default
spec:
  podSelector:
    matchLabels:
      color: blue
  ingress:
  - from:
    - podSelector:
        matchLabels:
          color: red
    ports:
    - port: 80
`,
  ],
  [
    'from pods of another namespace: one peer with two selectors',
    `${HEAD}  name: allow-same-namespace
  namespace: default
spec:
  podSelector:
    matchLabels:
      color: blue
  ingress:
  - from:
    - podSelector:
        matchLabels:
          color: red
      namespaceSelector:
        matchLabels:
          shape: square
    ports:
    - port: 80
`,
  ],
  [
    'to pods of the same namespace',
    `${HEAD}  name: allow-egress-same-namespace
  namespace: default
spec:
  podSelector:
    matchLabels:
      color: blue
  egress:
  - to:
    - podSelector:
        matchLabels:
          color: red
    ports:
    - port: 80
`,
  ],
  [
    'to a block of addresses',
    `${HEAD}  name: allow-egress-external
  namespace: default
spec:
  podSelector:
    matchLabels:
      color: red
  egress:
  - to:
    - ipBlock:
        cidr: 172.18.0.0/24
`,
  ],
  [
    'everything denied',
    `${HEAD}  name: default-deny
  namespace: policy-demo
spec:
  podSelector:
    matchLabels: {}
  policyTypes:
  - Ingress
  - Egress
`,
  ],
  [
    'two rules, two peers, comments, ports with a protocol',
    `# who may come in
${HEAD}  name: a
spec:
  podSelector: {}
  ingress:
  - from:
    # from here
    - ipBlock:
        cidr: 10.0.0.0/8
        except:
        - 10.1.0.0/16
    - podSelector:
        matchExpressions:
        - key: app
          operator: In
          values:
          - x
          - z
    ports:
    - protocol: TCP
      port: 80
      endPort: 90
    - protocol: UDP
      port: 53
  - ports:
    - port: http
  policyTypes: [Ingress]
`,
  ],
];

test.each(FLATTENED)('indented again: %s', (_reason, meant) => {
  const { objects, errors } = load(flatten(meant));
  expect(objects).toEqual([]);
  expect(errors.map(({ code }) => code)).toEqual(['misplaced']);
  const hint = errors[0]?.hint ?? '';
  const repaired = hint.slice(hint.indexOf('\n') + 1);
  expect(readText(repaired).map(({ value }) => value)).toEqual(
    readText(meant).map(({ value }) => value),
  );
  expect(load(repaired).errors).toEqual([]);
});

test('the issue stands at the first line that is beside its place, and names the object', () => {
  const [, meant] = FLATTENED[0] ?? ['', ''];
  const text = `${flatten(meant)}---\n${flatten(meant).replace('allow-same', 'x')}`;
  const { errors } = load(text);
  expect(errors.map(({ place }) => [place.line, place.column])).toEqual([
    [4, 1],
    [21, 1],
  ]);
  expect(errors[0]?.object).toEqual({
    kind: 'NetworkPolicy',
    namespace: 'default',
    name: 'allow-same-namespace',
  });
  expect(errors[0]?.message).toMatch(/lost its indentation: `metadata` is empty, and `name`/u);
});

test('with blank lines between, and Windows line ends', () => {
  const [, meant] = FLATTENED[0] ?? ['', ''];
  const { errors } = load(flatten(meant).replaceAll('\n', '\r\n\r\n'));
  expect(errors.map(({ code }) => code)).toEqual(['misplaced']);
  expect(errors[0]?.hint).toMatch(/\n {12}matchLabels:\n {14}color: red\n/u);
});

test.each<[reason: string, text: string, hint: RegExp]>([
  [
    'a label or the name',
    `${HEAD}labels:\nname: web\nspec:\npodSelector: {}\n`,
    /line 5, `name: web`, may belong to `metadata` or to `metadata\.labels`/u,
  ],
  [
    'a field that nothing takes',
    `${HEAD}name: web\nspec:\ncolour: red\n`,
    /line 6, `colour: red`, fits nowhere/u,
  ],
])('says which line is in doubt: %s', (_reason, text, hint) => {
  const { errors } = load(text);
  expect(errors.map(({ code }) => code)).toEqual(['misplaced']);
  expect(errors[0]?.hint).toMatch(hint);
});

test('a part that lost its indentation, where indenting it makes all of it good', () => {
  const text = `${HEAD}  name: a\nspec:\n  podSelector:\n  matchLabels:\n    app: db\n  policyTypes:\n  - Ingress\n`;
  const { errors } = load(text);
  expect(errors.map(({ code, place }) => [code, place.line])).toEqual([['misplaced', 7]]);
  expect(errors[0]?.hint).toMatch(/podSelector:\n {4}matchLabels:\n {6}app: db/u);
});

test.each<[reason: string, text: string, code: string]>([
  ['a name that is missing', `${HEAD}spec:\n  podSelector: {}\n`, 'required'],
  [
    'ports one level too deep',
    `${HEAD}  name: a\nspec:\n  podSelector: {}\n  ingress:\n  - from:\n    - podSelector: {}\n      ports:\n      - port: 80\n`,
    'unknownField',
  ],
])('is not what is wrong with %s', (_reason, text, code) => {
  expect(load(text).errors.map((issue) => issue.code)).toEqual([code]);
});
