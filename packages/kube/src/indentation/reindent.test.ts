import { expect, test } from 'vitest';
import { contentLines } from './line.ts';
import { reindent } from './reindent.ts';
import type { Shape } from './shape.ts';

const scalar: Shape = { kind: 'scalar' };
const labels: Shape = { kind: 'labels' };
const list = (item: Shape): Shape => ({ kind: 'list', item });
const fields = (shapes: Readonly<Record<string, Shape>>): Shape => ({
  kind: 'fields',
  fieldOf: (name) => shapes[name],
});

const selector = fields({
  matchLabels: labels,
  matchExpressions: list(fields({ key: scalar, operator: scalar, values: list(scalar) })),
});
const peer = fields({ podSelector: selector, namespaceSelector: selector });
const rule = fields({ from: list(peer), ports: list(fields({ port: scalar, protocol: scalar })) });
const root = fields({
  kind: scalar,
  metadata: fields({ name: scalar, namespace: scalar, labels }),
  spec: fields({ podSelector: selector, policyTypes: list(scalar), ingress: list(rule) }),
});

/** Slashes stand for line breaks. */
const flat = (lines: string): ReturnType<typeof reindent> =>
  reindent(contentLines(lines.replaceAll('/', '\n')), root);

test.each<[reason: string, lines: string, expected: string]>([
  ['fields go inside', 'kind: P/metadata:/name: a/spec:', 'kind: P/metadata:/  name: a/spec:/'],
  [
    'items go below their list',
    'spec:/policyTypes:/- Ingress/- Egress/podSelector: {}',
    'spec:/  policyTypes:/    - Ingress/    - Egress/  podSelector: {}/',
  ],
  [
    'a field closes what does not take it',
    'spec:/ingress:/- from:/- podSelector:/matchLabels:/a: b/namespaceSelector:/matchLabels:/c: d/ports:/- port: 80/protocol: TCP/- port: 81',
    'spec:/  ingress:/    - from:/        - podSelector:/            matchLabels:/              a: b/          namespaceSelector:/            matchLabels:/              c: d/      ports:/        - port: 80/          protocol: TCP/        - port: 81/',
  ],
  [
    'comments stay above their line',
    '# all/spec:/# who/podSelector:/matchLabels:/# web/a: b # really',
    '# all/spec:/  # who/  podSelector:/    matchLabels:/      # web/      a: b # really/',
  ],
  [
    'a list of expressions',
    'spec:/podSelector:/matchExpressions:/- key: a/operator: In/values:/- x/- key: b/operator: Exists/policyTypes: [Ingress]',
    'spec:/  podSelector:/    matchExpressions:/      - key: a/        operator: In/        values:/          - x/      - key: b/        operator: Exists/  policyTypes: [Ingress]/',
  ],
])('%s', (_reason, lines, expected) => {
  expect(flat(lines)).toEqual({ kind: 'ok', value: expected.replaceAll('/', '\n') });
});

test.each<[reason: string, lines: string, text: string, places: readonly string[]]>([
  ['a label or a field', 'metadata:/labels:/name: a', 'name: a', ['metadata', 'metadata.labels']],
  ['an unknown field', 'metadata:/name: a/spec:/colour: red', 'colour: red', []],
  ['a text of several lines', 'metadata:/name: |', 'name: |', []],
])('gives up on %s', (_reason, lines, text, places) => {
  expect(flat(lines)).toMatchObject({ kind: 'failed', error: { line: { text }, places } });
});
