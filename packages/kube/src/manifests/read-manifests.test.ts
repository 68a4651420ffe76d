import { expect, test } from 'vitest';
import type { Loaded } from './loaded.ts';
import { readManifests } from './read-manifests.ts';
import { renderIssue } from './render-issue.ts';

const load = (...texts: readonly string[]): Loaded =>
  readManifests(
    texts.map((text, index) => ({ name: `${'abc'.charAt(index)}.yaml`, text })),
    { namespace: 'shop', strict: false },
  );

const errors = (...texts: readonly string[]): string[] => load(...texts).errors.map(shortly);

const shortly = ({ place, code, message }: Loaded['errors'][number]): string =>
  `${place.file}:${place.line}:${place.column} ${code} ${message}`;

const policy = (name: string, rest = 'podSelector: {}'): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: ${name}\nspec:\n  ${rest}\n`;

test('objects come in the order of the input, lists flattened', () => {
  const list = JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'List',
    items: ['c', 'd'].map((name) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name },
      spec: {},
    })),
  });
  const { objects, errors: wrong } = load(`${policy('a')}---\n${policy('b')}`, list);
  expect(wrong).toEqual([]);
  expect(objects.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
});

test('other kinds are counted, policies of other products warned about once', () => {
  const calico = 'apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: x}\n';
  const texts = [
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n---\n${calico}`,
    `${calico}---\napiVersion: v1\nkind: ConfigMap\n`,
  ];
  const loaded = load(...texts);
  expect([...loaded.passedOver]).toEqual([
    ['ConfigMap', 2],
    ['NetworkPolicy.projectcalico.org', 2],
  ]);
  expect(loaded.errors).toEqual([]);
  expect(loaded.warnings.map(shortly)).toEqual([
    expect.stringMatching(
      /^a\.yaml:6:7 notSupported .*`NetworkPolicy\.projectcalico\.org` \(2 of/u,
    ),
  ]);
  const strict = readManifests([{ name: 'a', text: calico }], { namespace: 'x', strict: true });
  expect(strict.errors).toHaveLength(1);
});

test('a second object of one name is an error that names both places', () => {
  const namesake = policy('a').replace('name: a', 'name: a\n  namespace: shop');
  expect(errors(policy('a'), `# other\n${namesake}`)).toEqual([
    'b.yaml:5:9 duplicateValue this NetworkPolicy shop/a is the second one, the first is at a.yaml:4:9',
  ]);
});

test('the same name in another namespace is another object', () => {
  expect(errors(policy('a'), policy('a').replace('name: a', 'name: a\n  namespace: b'))).toEqual(
    [],
  );
});

test.each<[reason: string, text: string, expected: readonly string[]]>([
  [
    'a repeated field of a mapping (row 28)',
    policy('a', 'podSelector: {}\n  podSelector: {matchLabels: {a: b}}'),
    ['a.yaml:7:3 duplicateField duplicate field "spec.podSelector"'],
  ],
  [
    'a repeated block (row 28)',
    policy('a', 'ingress: []\n  podSelector: {}\n  ingress:\n  - {}'),
    ['a.yaml:8:3 duplicateField duplicate field "spec.ingress"'],
  ],
  [
    'inside of a list, the path begins at the object',
    `apiVersion: v1\nkind: List\nitems:\n- ${policy('a', 'ingress: []\n  ingress: []').replaceAll('\n', '\n  ')}`,
    ['a.yaml:10:5 duplicateField duplicate field "spec.ingress"'],
  ],
  [
    'in JSON',
    '{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",\n "metadata": {"name": "a", "name": "b"}, "spec": {}}',
    ['a.yaml:2:28 duplicateField duplicate field "metadata.name"'],
  ],
])('duplicates: %s', (_reason, text, expected) => {
  expect(errors(text)).toEqual(expected);
  expect(load(text).objects).toEqual([]);
});

test('the hint of a repeated field names the other line', () => {
  const [issue] = load(policy('a', 'ingress: []\n  ingress: []')).errors;
  expect(issue?.hint).toMatch(/line 6 as well; kubectl would silently take the last/u);
});

test('a broken document hides no other one, and issues come in the order of the text', () => {
  const text = [policy('a'), 'a: [\n', policy('b', 'colour: red'), policy('c')].join('---\n');
  const { objects, errors: wrong } = load(text);
  expect(objects.map(({ name }) => name)).toEqual(['a', 'c']);
  expect(wrong.map(({ code }) => code)).toEqual(['syntax', 'unknownField']);
});

test.each<[reason: string, text: string]>([
  ['bare, as a value', policy('{{ .Release.Name }}')],
  ['bare, after text', policy('web-{{ .Release.Name }}', 'colour: red')],
  ['quoted', policy('"{{ .Release.Name }}"')],
  ['around documents', `{{- if .Values.policy }}\n${policy('a')}{{- end }}\n`],
  ['in every document', [policy('{{ .a }}'), policy('"{{ .b }}"')].join('---\n')],
])('a template is told once, with what to type: %s', (_reason, text) => {
  const wrong = load(text).errors;
  expect(wrong.map(({ code }) => code)).toEqual(['template']);
  expect(wrong[0]?.hint).toMatch(/^helm template .* \| ringfence .* -f -$/u);
});

test('braces in a sound manifest are text', () => {
  const text = policy('a').replace('name: a', "name: a\n  annotations: {note: '{{ $value }}'}");
  expect(errors(text)).toEqual([]);
});

test('a chart is told once, whatever it is made of', () => {
  const sources = ['Chart.yaml', 'values.yaml', 'templates/a.yaml', '../b.yaml'].map((name) => ({
    name: `web/${name}`.replace('web/../', ''),
    text: name.endsWith('b.yaml') ? policy('b') : '{{ .a }}: 1\n',
  }));
  const { objects, errors: wrong } = readManifests(sources, { namespace: 'x', strict: false });
  expect(wrong.map(({ place, code }) => [place.file, code])).toEqual([
    ['web/Chart.yaml', 'template'],
  ]);
  expect(wrong[0]?.hint).toMatch(/^helm template RELEASE web\/ \|/u);
  expect(objects.map(({ name }) => name)).toEqual(['b']);
});

test('a kustomization is warned about, the files beside it are read', () => {
  const sources = [
    { name: 'kustomization.yaml', text: 'resources: [a.yaml]\n' },
    { name: 'a.yaml', text: policy('a') },
  ];
  const {
    objects,
    errors: wrong,
    warnings,
  } = readManifests(sources, { namespace: 'x', strict: true });
  expect(wrong).toEqual([]);
  expect(warnings.map(({ hint }) => hint)).toEqual(['kubectl kustomize . | ringfence ... -f -']);
  expect(objects).toHaveLength(1);
});

test('places are found again, those of defaults at what is around them', () => {
  const text = policy('a', 'ingress:\n  - from:\n    - ipBlock: {cidr: 10.0.0.0/8}');
  const { locate } = load(`---\n${text}`);
  const ref = { kind: 'NetworkPolicy', namespace: 'shop', name: 'a' };
  expect(locate(ref, ['spec', 'ingress', 0])).toEqual({ file: 'a.yaml', line: 8, column: 5 });
  expect(locate(ref, ['spec', 'ingress', 0, 'from', 0, 'ipBlock', 'cidr'])).toMatchObject({
    line: 9,
    column: 17,
  });
  expect(locate(ref, ['spec', 'policyTypes', 0])).toMatchObject({ line: 6, column: 1 });
  expect(locate({ ...ref, name: 'b' }, [])).toBeUndefined();
});

test('an issue is written with its line, carets and hint', () => {
  const wrong = load(policy('a', 'ingress: []\n  ingress: [{}]')).errors;
  expect(wrong.map(renderIssue)).toEqual([
    [
      'error: a.yaml:7:3: NetworkPolicy shop/a: duplicate field "spec.ingress"',
      '  7 |   ingress: [{}]',
      '    |   ^^^^^^^',
      '  hint: it stands on line 6 as well; kubectl would silently take the last one',
    ].join('\n'),
  ]);
});

test.each<[reason: string, text: string, expected: readonly string[]]>([
  [
    'the items of a list',
    'apiVersion: v1\nkind: List\nitems:\n- {a: 1}\nitems: []\n',
    ['5:1 duplicate field "items"'],
  ],
  [
    'the items of a list in JSON',
    '{"apiVersion": "v1", "kind": "List", "items": [{"a": 1}],\n"items": []}',
    ['2:1 duplicate field "items"'],
  ],
  [
    'the kind of a list',
    'apiVersion: v1\nkind: List\nkind: List\nitems: []\n',
    ['3:1 duplicate field "kind"'],
  ],
])('what a list says twice is an error: %s', (_, text, expected) => {
  const said = load(text)
    .errors.filter(({ code }) => code === 'duplicateField')
    .map(({ place, message }) => `${place.line}:${place.column} ${message}`);
  expect(said).toEqual(expected);
});
