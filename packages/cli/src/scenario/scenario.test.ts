import { formatPath } from '@ringfence/core';
import { renderIssue } from '@ringfence/kube';
import { describe, expect, test } from 'vitest';
import { fileKindOf, readExpectations } from './read-file.ts';
import { SCENARIO } from './scenario-format.ts';

function complaints(text: string): readonly string[] {
  const read = readExpectations({ name: 's.yaml', text });
  if (read.kind === 'ok') return [];
  return read.error.map(({ place, message }) => `${place.line}:${place.column} ${message}`);
}

test('what is left out has its default', () => {
  expect(SCENARIO.read({ scenario: 's' }, [])).toEqual({
    kind: 'ok',
    value: {
      scenario: 's',
      source: '',
      read: 'strict',
      ownNodeEgress: 'enforce',
      namespace: 'default',
      manifests: [],
      refused: [],
      warned: [],
      connections: [],
      steps: [],
    },
  });
});

test('everything that is wrong is said at once, each in its place', () => {
  const text = `scenario: s
Manifests: []
connections:
  - {from: a, to: b, port: '80', want: alow, because: x}
  - {from: a, to: [], port: 80, want: allow}
steps:
  - step: t
    delete: [x/a]
`;
  expect(complaints(text)).toEqual([
    expect.stringMatching(/^2:1 unknown field "Manifests"/u),
    '4:28 must be a number, got the string `"80"`',
    '4:40 must be one of `allow`, `deny`, `unknown`, got `alow`',
    '5:19 must not be an empty list',
    expect.stringMatching(/^5:5 `because` is missing: [a-z].*[a-z]$/u),
    expect.stringMatching(/^8:14 must be `Kind name`/u),
  ]);
});

test('an issue shows the line and what to write instead', () => {
  const text = 'scenario: s\nconection: []\n';
  const read = readExpectations({ name: 's.yaml', text });
  expect(read.kind === 'failed' && read.error.map(renderIssue).join('\n')).toMatchInlineSnapshot(`
    "error: s.yaml:2:1: unknown field "conection", a field here is one of scenario, source, read, ownNodeEgress, namespace, manifests, refused, warned, connections, steps
      2 | conection: []
        | ^^^^^^^^^
      hint: write \`connections\`"
  `);
});

// The hint is what somebody probably meant.
describe('hints', () => {
  test.each([
    ['a field in another case', { scenario: 's', Connections: [] }, 'connections'],
    ['a field in the singular', { scenario: 's', step: [] }, 'steps'],
    ['a number in quotes', { scenario: 's', connections: [{ ...check(), port: '80' }] }, '80'],
    [
      'a verdict in capitals',
      { scenario: 's', connections: [{ ...check(), want: 'DENY' }] },
      'deny',
    ],
    [
      'a protocol in small letters',
      { scenario: 's', connections: [{ ...check(), protocol: 'tcp' }] },
      'TCP',
    ],
  ])('%s', (_what, value, hint) => {
    const read = SCENARIO.read(value, []);
    const hints = read.kind === 'failed' ? read.error.map((issue) => issue.hint) : [];
    expect(hints.join()).toContain(`write \`${hint}\``);
  });
});

function check(): object {
  return { from: 'a', to: 'b', port: 80, want: 'allow', because: 'x' };
}

// A text that is no scenario at all.
describe('refused', () => {
  test.each([
    ['not YAML', 'scenario: [', /./u],
    ['a field twice', 'scenario: s\nscenario: t\n', /^2:1 duplicate field/u],
    ['two documents', 'scenario: s\n---\nscenario: t\n', /one scenario/u],
    ['a list of numbers', '[1, 2]', /must be a mapping/u],
    ['nothing', '', /^1:1 the file is empty/u],
  ])('%s', (_what, text, message) => {
    expect(complaints(text).join('\n')).toMatch(message);
  });
});

test('the path of an issue is that of the value at fault', () => {
  const read = SCENARIO.read(
    { scenario: 's', steps: [{ step: 't', label: [{ object: 'Pod a', labels: { b: 1 } }] }] },
    [],
  );
  const paths = read.kind === 'failed' ? read.error.map(({ path }) => formatPath(path)) : [];
  expect(paths).toEqual(['steps[0].label[0].labels.b']);
});

// Below a folder, files are told apart by what they hold.
describe('kinds of files', () => {
  test.each([
    ['a scenario', 'scenario: s', 'scenario'],
    ['NetAssert tests', '- {name: n, src: {}}', 'netassert'],
    ['a manifest', 'apiVersion: v1\nkind: Pod', 'other'],
    ['several manifests', 'kind: Pod\n---\nkind: Pod', 'other'],
    ['a list of something', '[1, 2]', 'other'],
    ['nothing', '', 'other'],
    ['no YAML', '{', 'other'],
    ['a broken scenario', 'scenario: s\nconnections: [\n', 'scenario'],
    ['a broken list of tests', '- name: a\n  src:\n    k8sResource: {\n', 'netassert'],
  ])('%s', (_what, text, kind) => {
    expect(fileKindOf({ name: 'f.yaml', text })).toBe(kind);
  });
});

test('a number that JSON has no word for is told as it is', () => {
  expect(complaints('scenario: .nan\n')).toEqual(['1:11 must be a string, got the number `NaN`']);
});

test('more faults than a call takes arguments are told all the same', () => {
  const text = JSON.stringify({
    scenario: 's',
    connections: Array.from({ length: 150_000 }, () => 1),
  });
  expect(complaints(text)).toHaveLength(150_000);
});
