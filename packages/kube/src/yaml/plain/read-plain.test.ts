import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compose } from '../compose.ts';
import { eventsOf } from '../events.ts';
import { splitDocuments } from '../split.ts';
import { readPlain } from './read-plain.ts';

const whole = (text: string): unknown => readPlain(text, { start: 0, end: text.length });

test.each<[reason: string, text: string, expected: unknown]>([
  ['a mapping', 'a: b\nc: 80\n', { a: 'b', c: 80 }],
  ['behind dashes', '---\na: b\n', { a: 'b' }],
  ['without an end of the line', 'a: b', { a: 'b' }],
  ['below a name', 'a:\n  b:\n    c: d\n  e: f\n', { a: { b: { c: 'd' }, e: 'f' } }],
  ['nothing below a name', 'a:\nb:\n  c:\n', { a: null, b: { c: null } }],
  ['a sequence', 'a:\n  - b\n  - c\n', { a: ['b', 'c'] }],
  ['a sequence as far left as its name', 'a:\n- b\nc: d\n', { a: ['b'], c: 'd' }],
  [
    'mappings in a sequence',
    '- a: b\n  c:\n    - d\n-   e: f\n',
    [{ a: 'b', c: ['d'] }, { e: 'f' }],
  ],
  ['comments and blank lines', '# x\n\na:\n   # y\n\n  b: c\n# z', { a: { b: 'c' } }],
  ['text with colons and hashes', 'a: b:c#d\n', { a: 'b:c#d' }],
  ['several words', "a: it is b's, [not] a list\n", { a: "it is b's, [not] a list" }],
  ['quotes', `a: "b: # c"\nd: '80'\n`, { a: 'b: # c', d: '80' }],
  ['a backslash in single quotes', String.raw`a: 'b\c'`, { a: String.raw`b\c` }],
  ['words with a meaning', 'a: yes\nb: ~\nc: -1.5\n', { a: true, b: null, c: -1.5 }],
  ['empty collections', 'a: {}\nb: [ ]\n', { a: {}, b: [] }],
  [
    'flow style',
    'a: {b: c, d: [1, {e: nginx:1.2}]}\n',
    { a: { b: 'c', d: [1, { e: 'nginx:1.2' }] } },
  ],
])('reads %s', (_reason, text, expected) => {
  expect(whole(text)).toEqual(expected);
});

test.each<[reason: string, text: string]>([
  ['nothing', '---\n'],
  ['a scalar', 'a\n'],
  ['a value beside the dashes', '--- a: b\n'],
  ['a repeated field', 'a: b\na: c\n'],
  ['a repeated field in flow style', 'a: {b: c, b: d}\n'],
  ['a field that would be a prototype', '__proto__: {a: b}\n'],
  ['a name that is no text', 'yes: a\n'],
  ['a merge', 'a: &b {c: d}\ne: {<<: *b}\n'],
  ['a tag', 'a: !!str 80\n'],
  ['a block scalar', 'a: |\n  b\n'],
  ['a scalar of two lines', 'a: b\n  c\n'],
  ['quoted text of two lines', 'a: "b\n  c"\n'],
  ['an escape', String.raw`a: "b\tc"`],
  ['a doubled quote', "a: 'b''c'\n"],
  ['a comment behind a value', 'a: b # c\n'],
  ['a flow collection of two lines', 'a: [b,\n  c]\n'],
  ['flow style with quoted names', 'a: {"b": c}\n'],
  ['flow style without a value', 'a: {b, c: }\n'],
  ['flow style with a pair in a list', 'a: [b: c]\n'],
  ['flow style with words', 'a: [b c]\n'],
  ['what follows a collection', 'a: [b] c\n'],
  ['a mapping in a line', 'a: b: c\n'],
  ['an indented second field', 'a: b\n c: d\n'],
  ['a second field further left', '  a: b\nc: d\n'],
  ['a field among items', '- a\nb: c\n'],
  ['a tab', 'a:\tb\n'],
  ['a tab in the indentation', 'a:\n\tb: c\n'],
  ['lines that end as on Windows', 'a: b\r\n'],
  ['a comment with a line in it', '# a\rb: c\nd: e\n'],
  ['a zero in a comment', '# \0\na: b\n'],
  ['spaces at the end', 'a: b \n'],
  ['letters that are not ASCII', 'a: ü\n'],
  ['the end of a document', 'a: b\n...\n'],
  ['very deep lists', `a: ${'['.repeat(60)}${']'.repeat(60)}\n`],
])('leaves to the parser: %s', (_reason, text) => {
  expect(whole(text)).toBeUndefined();
});

const KEYS = [
  'a',
  'b',
  'c',
  'k8s.io/x',
  'x-y',
  '_z',
  'no',
  '1',
  'f:x',
  '-a',
  '"q"',
  'a b',
  'é',
  '',
];
const VALUES =
  `v|a b|80|yes|~|-1|-|--|---|...|.5|a:|a: b|a #b|a#b|# c|::1|x:1|"q"|"a\\tb"|'s'|'it''s'|{}|[]|[ ]
{a: 1, b: x}|{a:1}|{a: 1,b: 2 }|{ a: b}|{a: }|{a}|{"a": 1}|{a: b} c|[1, {a: b}]|[a,b]|[a , b ]|[a b]|[a: b]|[a,]
|[-, a]|[-1]|[a:]|[::1]|&x v|*x|!t v|>|?|%|@|x |x\t|\ty`.split(/\|/u);
const arbLine = fc.record({
  indent: fc.constantFrom(0, 0, 0, 1, 2, 2, 2, 3, 4, 4, 6),
  dash: fc.constantFrom('', '', '', '- ', '-  ', '- - ', '-'),
  key: fc.constantFrom(
    ...KEYS.map((key) => `${key}:`),
    'a:',
    'b:',
    'c:',
    'd:',
    'e:',
    '',
    '#',
    '# x\r',
  ),
  gap: fc.constantFrom(' ', ' ', ' ', '', '  ', '\t'),
  value: fc.option(fc.constantFrom(...VALUES), { nil: '' }),
});
const arbText = fc
  .record({
    start: fc.constantFrom('', '', '', '---\n', '--- ', '# c\n', '\n', '\uFEFF'),
    lines: fc.array(arbLine, { minLength: 1, maxLength: 6 }),
    newline: fc.constantFrom('\n', '\n', '\n', '\r\n', '\n\n'),
    end: fc.constantFrom('', '\n', '\n', ' ', '\n# c', '\n---\na: b\n', '\n...\n'),
  })
  .map(({ start, lines, newline, end }) => {
    const texts = lines.map(
      ({ indent, dash, key, gap, value }) =>
        `${' '.repeat(indent)}${dash}${key}${value === '' ? '' : `${gap}${value}`}`,
    );
    return `${start}${texts.join(newline)}${end}`;
  });

test('what it reads is what the parser reads', () => {
  let read = 0;
  fc.assert(
    fc.property(arbText, (text) => {
      for (const span of splitDocuments(text)) {
        const plain = readPlain(text, span);
        if (plain === undefined) continue;
        read += 1;
        const part = text.slice(span.start, span.end);
        const { events, fault } = eventsOf(part);
        expect(fault).toBeUndefined();
        expect({ values: [plain], duplicated: false, fault }).toEqual(compose(part, events));
      }
    }),
    { numRuns: 20_000 },
  );
  // Not everything is left to the parser.
  expect(read).toBeGreaterThan(1_000);
});
