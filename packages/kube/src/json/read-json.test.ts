import { expect, test } from 'vitest';
import { readText } from '../read-text.ts';
import { readJson } from './read-json.ts';

test.each<[reason: string, text: string, expected: readonly unknown[]]>([
  ['one value', '{"a": [1, {"b": "}"}]}', [{ a: [1, { b: '}' }] }]],
  ['several values', '{"a": 1}\n{"b": 2} [3]', [{ a: 1 }, { b: 2 }, [3]]],
  ['escapes', '{"a\\"": "\\\\"}', [{ 'a"': '\\' }]],
  ['nothing', ' \n', []],
  ['a byte order mark', '\uFEFF{"a": 1}', [{ a: 1 }]],
])('reads: %s', (_reason, text, expected) => {
  const documents = readJson(text);
  expect(documents.flatMap(({ faults }) => faults)).toEqual([]);
  expect(documents.map(({ value }) => value)).toEqual(expected);
});

test.each<[reason: string, text: string, offset: number, expected: RegExp]>([
  ['a comma too many', '{"a": 1,}', 8, /got `\}`/u],
  ['no comma', '{"a": 1 "b": 2}', 8, /expected `,` or `\}`/u],
  ['no quotes around a field', '{a: 1', 1, /field name in double quotes/u],
  ['a bare word', '{"a": yes', 6, /expected a value/u],
  ['a leading zero', '{"a": 01', 6, /expected a value/u],
  ['never closed', '{\n"a": [1', 9, /the `\[` of line 2 is never closed/u],
  ['a string never closed', '{"a": "x', 8, /never closed/u],
  ['a raw line break in a string', '{"a": "x\ny"}', 8, /never closed/u],
  ['a bad escape', '{"a": "\\x"}', 7, /escape/u],
  ['too deep', '['.repeat(5000), 101, /nested/u],
  ['a stray bracket', '{"a": 1}}', 8, /expected a value/u],
])('refuses: %s', (_reason, text, offset, expected) => {
  const faults = readJson(text).flatMap((document) => document.faults);
  expect(faults).toEqual([
    { offset, message: expect.stringMatching(expected), hint: expect.any(String) },
  ]);
});

test('after a broken value it goes on at the next line that opens one', () => {
  const documents = readJson('{"a": 1}\n{"b": ]}\n{"c": 3}\n');
  expect(documents.map(({ value }) => value)).toEqual([{ a: 1 }, undefined, { c: 3 }]);
});

test('repeated fields are found, wherever they are', () => {
  const text = '{"a": 1, "b": [{"c": 1, "d": {}, "c": 2}], "\\u0061": 3}';
  const duplicates = readJson(text)[0]?.duplicates() ?? [];
  expect(duplicates.map(({ path, again }) => [path, text.slice(again.start, again.end)])).toEqual([
    [['b', 0, 'c'], '"c"'],
    [['a'], '"\\u0061"'],
  ]);
});

test('places', () => {
  const text = '{"a": {"b": [10, {"c": "x"}]}, "a": {"b": [20, {"c": "y"}]}}';
  const found = readJson(text)[0]?.find(['a', 'b', 1, 'c', 'd']);
  expect(found?.steps).toBe(4);
  expect(text.slice(found?.value?.start, found?.value?.end)).toBe('"y"');
  expect(text.slice(found?.key?.start, found?.key?.end)).toBe('"c"');
});

test.each<[reason: string, text: string, expected: readonly unknown[]]>([
  ['YAML in flow style looks alike', '{a: 1, b: [x]}\n', [{ a: 1, b: ['x'] }]],
  ['JSON with dashes between', '{"a": 1}\n---\n{"b": 2}\n', [{ a: 1 }, { b: 2 }]],
])('%s', (_reason, text, expected) => {
  expect(readText(text).map(({ value }) => value)).toEqual(expected);
});

test('JSON with a fault is not taken for YAML, which would allow it', () => {
  expect(readText('{"a": 1,}\n').flatMap(({ faults }) => faults)).toHaveLength(1);
});
