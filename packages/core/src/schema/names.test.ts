import { expect, test } from 'vitest';
import { labelKeyProblems, labelValueProblems } from './label-syntax.ts';
import { dnsLabelProblems, portNameProblems, subdomainProblems } from './names.ts';

type Problems = (text: string) => readonly string[];

test.each<[reason: string, problems: Problems, text: string]>([
  ['dots join labels', subdomainProblems, 'a.b-c.1'],
  ['a label of a subdomain may be long', subdomainProblems, 'a'.repeat(253)],
  ['digits first', dnsLabelProblems, '1-a'],
  ['a port name', portNameProblems, 'http-2'],
  ['a key', labelKeyProblems, 'app'],
  ['a key with a prefix', labelKeyProblems, 'app.kubernetes.io/name'],
  ['a key in capitals', labelKeyProblems, 'My_Key.1'],
  ['the empty value', labelValueProblems, ''],
  ['a value of 63', labelValueProblems, 'a'.repeat(63)],
])('fine: %s', (_reason, problems, text) => {
  expect(problems(text)).toEqual([]);
});

test.each<[reason: string, problems: Problems, text: string, heads: readonly string[]]>([
  ['capitals', subdomainProblems, 'A', ['a lowercase RFC 1123 subdomain must consist of']],
  ['an empty label', subdomainProblems, 'a..b', ['a lowercase RFC 1123 subdomain must consist of']],
  ['254 bytes', subdomainProblems, 'a'.repeat(254), ['must be no more than 253 characters']],
  [
    'bytes, not characters',
    labelValueProblems,
    'é'.repeat(40),
    ['must be no more than 63 bytes', 'a valid label'],
  ],
  ['a dot in a label', dnsLabelProblems, 'a.b', ['must not contain dots']],
  ['64 bytes', dnsLabelProblems, 'a'.repeat(64), ['must be no more than 63 characters']],
  ['digits only', portNameProblems, '80', ['must contain at least one letter (a-z)']],
  [
    'nothing',
    portNameProblems,
    '',
    ['must contain only alpha-numeric characters', 'must contain at least one letter'],
  ],
  ['two hyphens', portNameProblems, 'a--b', ['must not contain consecutive hyphens']],
  ['a hyphen last', portNameProblems, 'a-', ['must not begin or end with a hyphen']],
  ['16 characters', portNameProblems, 'a'.repeat(16), ['must be no more than 15 characters']],
  [
    'everything at once',
    portNameProblems,
    `-${'1'.repeat(15)}--_`,
    [
      'must be no more than 15',
      'must contain only',
      'must contain at least',
      'must not contain consecutive',
      'must not begin',
    ],
  ],
  ['an empty prefix', labelKeyProblems, '/a', ['prefix part must be non-empty']],
  [
    'an empty name',
    labelKeyProblems,
    'a/',
    ['name part must be non-empty', 'name part must consist of'],
  ],
  ['two slashes', labelKeyProblems, 'a/b/c', ['a valid label key must consist of']],
  ['a space', labelKeyProblems, 'a b', ['name part must consist of']],
  [
    'a value with a slash',
    labelValueProblems,
    'a/b',
    ['a valid label must be an empty string or consist of'],
  ],
  ['a value of 64', labelValueProblems, 'a'.repeat(64), ['must be no more than 63 bytes']],
])('refused: %s', (_reason, problems, text, heads) => {
  const found = problems(text);
  expect(found).toHaveLength(heads.length);
  for (const [index, head] of heads.entries()) expect(found[index]).toContain(head);
});

test('examples and pattern end a message as in Kubernetes', () => {
  expect(labelValueProblems('-')).toEqual([
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
  ]);
});
