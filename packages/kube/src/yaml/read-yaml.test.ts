import { expect, test } from 'vitest';
import { readYaml } from './read-yaml.ts';

const values = (text: string): unknown[] => readYaml(text).map(({ value }) => value);
const faults = (text: string): string[] =>
  readYaml(text).flatMap((document) => document.faults.map(({ message }) => message));

test.each<[reason: string, text: string, expected: readonly unknown[]]>([
  ['documents are separated by dashes', 'a: 1\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
  ['dashes may come first', '---\na: 1\n', [{ a: 1 }]],
  ['a value may follow the dashes', '--- {a: 1}\n--- [2]\n', [{ a: 1 }, [2]]],
  ['comments alone are no document', '# nothing\n---\na: 1\n---\n# end\n', [{ a: 1 }]],
  ['null is no document', '---\n---\n~\n---\na: 1\n', [{ a: 1 }]],
  ['nothing at all', '', []],
  ['Windows lines', 'a: 1\r\n---\r\nb:\r\n  - 2\r\n', [{ a: 1 }, { b: [2] }]],
  ['a byte order mark', '\uFEFFa: 1\n', [{ a: 1 }]],
  ['dots end a document', 'a: 1\n...\nb: 2\n', [{ a: 1 }, { b: 2 }]],
  [
    'a comment may follow the dots',
    'a: 1\n... # end\n%YAML 1.1\n---\nb: 2\n',
    [{ a: 1 }, { b: 2 }],
  ],
  ['longer dots are text', '....\n', ['....']],
  ['old lines', 'a: 1\r---\rb: 2\r...\rc: 3\r', [{ a: 1 }, { b: 2 }, { c: 3 }]],
  [
    'a directive stays with its document',
    '%YAML 1.1\n---\na: 1\n---\nb: 2\n',
    [{ a: 1 }, { b: 2 }],
  ],
  ['indented dashes are text', 'a: |\n  x\n  ---\n  y\nb: 1\n', [{ a: 'x\n---\ny\n', b: 1 }]],
  ['longer dashes are text', 'a: |\n  x\n  ----\n', [{ a: 'x\n----\n' }]],
  ['quotes keep text', 'a: "80"\nb: \'on\'\n', [{ a: '80', b: 'on' }]],
  ['keys become text', '1: a\nyes: b\n0x10: c\n', [{ '1': 'a', true: 'b', '16': 'c' }]],
  [
    'tags',
    'a: !!str 80\nb: !!int "80"\nc: !mine 80\nd: !!str\n',
    [{ a: '80', b: 80, c: '80', d: '' }],
  ],
  ['anchors', 'a: &x {b: 1}\nc: *x\n', [{ a: { b: 1 }, c: { b: 1 } }]],
  ['an anchored scalar', 'a: &x 80\nc: *x\n', [{ a: 80, c: 80 }]],
  [
    'merging',
    'a: &x {b: 1, c: 1}\nd: {<<: *x, c: 2}\n',
    [{ a: { b: 1, c: 1 }, d: { b: 1, c: 2 } }],
  ],
  [
    'merging replaces what is above',
    'a: &x {b: 1}\nd:\n  b: 2\n  <<: *x\n',
    [{ a: { b: 1 }, d: { b: 1 } }],
  ],
  [
    'of several merged the first wins',
    'd:\n  <<: [{a: 1}, {a: 2, b: 3}]\n',
    [{ d: { a: 1, b: 3 } }],
  ],
  ['a quoted merge key is a field', 'd: {"<<": 1}\n', [{ d: { '<<': 1 } }]],
])('reads: %s', (_reason, text, expected) => {
  expect(faults(text)).toEqual([]);
  expect(values(text)).toEqual(expected);
  expect(readYaml(text).flatMap((document) => document.duplicates())).toEqual([]);
});

test('a field named __proto__ is a field', () => {
  expect(Object.keys(Object(values('__proto__: {a: 1}\nb: 2\n')[0]))).toEqual(['__proto__', 'b']);
});

test.each<[reason: string, text: string, expected: RegExp]>([
  ['a tab in the indentation', 'a:\n\tb: 1\n', /tab/u],
  ['an unknown alias', 'a: *x\n', /nothing above is named `&x`/u],
  ['an alias of itself', 'a: &x [*x]\n', /contains itself/u],
  ['a mapping as a key', 'a: {{x}: 1}\n', /field name/u],
  ['null as a key', '~: 1\n', /field name/u],
  ['merging a scalar', 'a: {<<: 1}\n', /merge key/u],
  ['too deep', `a: ${'['.repeat(200)}\n`, /nesting/u],
  ['a zero byte', 'a: \0\n', /null byte/u],
  ['bad indentation', 'a: 1\n  b: 2\n', /not valid YAML/u],
])('refuses: %s', (_reason, text, expected) => {
  expect(faults(text)).toEqual([expect.stringMatching(expected)]);
});

test('refuses aliases that stand for more than a reader can hold', () => {
  const levels = Array.from({ length: 9 }, (_, level) => {
    const items = Array.from({ length: 9 }, () => (level === 0 ? 'x' : `*a${level - 1}`));
    return `a${level}: &a${level} [${items.join(', ')}]`;
  });
  expect(faults(levels.join('\n'))).toEqual([expect.stringMatching(/aliases stand for more/u)]);
});

test('a broken document hides no other one', () => {
  const documents = readYaml('a: 1\n---\nb: [\n---\nc: 3\n---\n\td: 4\n---\ne: *x\n---\nf: 6\n');
  expect(documents.map(({ value }) => value)).toEqual([
    { a: 1 },
    undefined,
    { c: 3 },
    undefined,
    undefined,
    { f: 6 },
  ]);
});

const LIST = `apiVersion: v1
items:
- kind: A
  text: |
    items:
    - not an item
  list:
  - 1
  - 2
# a comment
- kind: B
  b: 1
  b: 2

-
  kind: C
kind: List
metadata: {}
`;

test('a list is cut into items and means the same', () => {
  const [document] = readYaml(LIST);
  expect(document?.faults).toEqual([]);
  expect(document?.value).toEqual({
    apiVersion: 'v1',
    items: [
      { kind: 'A', text: 'items:\n- not an item\n', list: [1, 2] },
      { kind: 'B', b: 2 },
      { kind: 'C' },
    ],
    kind: 'List',
    metadata: {},
  });
});

test('places inside of a list count from the start of the text', () => {
  const text = `# first\n---\n${LIST}`;
  const [document] = readYaml(text);
  const found = document?.find(['items', 2, 'kind']);
  expect(found?.steps).toBe(3);
  expect(text.slice(found?.value?.start, found?.value?.end)).toBe('C');
  expect(text.slice(0, found?.key?.start).split('\n')).toHaveLength(18);
  expect(document?.duplicates().map(({ path }) => path)).toEqual([['items', 1, 'b']]);
});

test('an item that is indented below its list is found as well', () => {
  const text = 'kind: PodList\nitems:\n  - a: 1\n  - a: 2\nmetadata: {}\n';
  const [document] = readYaml(text);
  expect(document?.value).toEqual({ kind: 'PodList', items: [{ a: 1 }, { a: 2 }], metadata: {} });
});

test('a broken item hides no other one', () => {
  const [document] = readYaml('kind: List\nitems:\n- a: 1\n- b: [\n- c: 3\n');
  expect(document?.value).toEqual({ kind: 'List', items: [{ a: 1 }, undefined, { c: 3 }] });
  expect(document?.faults).toHaveLength(1);
});

test('items may share anchors', () => {
  const [document] = readYaml('kind: List\nitems:\n- a: &x {b: 1}\n- a: *x\n');
  expect(document?.faults).toEqual([]);
  expect(document?.value).toEqual({ kind: 'List', items: [{ a: { b: 1 } }, { a: { b: 1 } }] });
});

test('what only looks like a list is read as it stands', () => {
  expect(values('items:\n- a\n- b\nkind: Menu\n')).toEqual([{ items: ['a', 'b'], kind: 'Menu' }]);
});

// `at` marks the place with the text that stands there.
test.each<
  [reason: string, path: readonly (string | number)[], steps: number, key: string, value: string]
>([
  ['a field', ['a', 'b'], 2, 'b', '1'],
  ['a quoted value with its quotes', ['c', 0], 2, '', '"x y"'],
  ['of a repeated field the last', ['d'], 1, 'd', '5'],
  ['a value that is not written', ['e'], 1, 'e', ''],
  ['beyond what is written: the last step that is', ['a', 'zz', 'y'], 1, 'a', ''],
  ['through an alias', ['g', 'b'], 2, 'b', '1'],
  ['through a merge', ['h', 'b'], 2, 'b', '1'],
])('finds %s', (_reason, path, steps, key, value) => {
  const text = 'a: &x\n  b: 1\nc: ["x y"]\nd: 4\nd: 5\ne:\ng: *x\nh: {<<: *x}\n';
  const found = readYaml(text)[0]?.find(path);
  expect(found?.steps).toBe(steps);
  expect(text.slice(found?.key?.start ?? 0, found?.key?.end ?? 0)).toBe(key);
  expect(text.slice(found?.value?.start ?? 0, found?.value?.end ?? 0)).toBe(value);
});
