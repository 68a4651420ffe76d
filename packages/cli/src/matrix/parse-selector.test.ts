import { selects } from '@ringfence/core';
import { expect, test } from 'vitest';
import { parseSelector } from './parse-selector.ts';

const LABELS = new Map([
  ['app', 'web'],
  ['example.com/tier', ''],
]);

test.each([
  ['app=web', true],
  ['app==web', true],
  [' app = web ', true],
  ['app=db', false],
  ['app!=db', true],
  ['app!=web', false],
  ['zone!=a', true],
  ['app in (db, web)', true],
  ['app notin (db,web)', false],
  ['zone notin (a)', true],
  ['app', true],
  ['!app', false],
  ['!zone', true],
  ['example.com/tier=', true],
  ['example.com/tier', true],
  ['app in (web),!zone,app!=db', true],
  ['app=web,zone', false],
])('%s', (text, expected) => {
  const selector = parseSelector(text);
  if (selector.kind === 'failed') throw new Error(selector.error);
  expect(selects(selector.value, LABELS)).toBe(expected);
});

test.each([
  '',
  'app=',
  ',',
  'app=web,',
  'a b',
  'app in web',
  'app in (web',
  '=web',
  'app=a b',
  'app>1',
])('refuses `%s`, unless it is about an empty value', (text) => {
  expect(parseSelector(text).kind).toBe(text === 'app=' ? 'ok' : 'failed');
});
