import { expect, test } from 'vitest';
import { excerpt } from './excerpt.ts';
import { linesOf } from './lines.ts';

/** The text with « and » around the marked span. */
function shown(marked: string): readonly string[] {
  const start = marked.indexOf('«');
  const end = marked.indexOf('»') - 1;
  const text = marked.replace('«', '').replace('»', '');
  return excerpt(text, linesOf(text), { start, end }).split('\n');
}

test.each<[reason: string, marked: string, expected: readonly string[]]>([
  ['the line, and carets below it', 'a: 1\nb: «xyz»\n', ['2 | b: xyz', '  |    ^^^']],
  ['at least one caret', 'a:«»', ['1 | a:', '  |   ^']],
  ['a tab takes one column', '\t«a»: 1', ['1 |  a: 1', '  |  ^']],
  ['the first column for a byte order mark', '«\uFEFF»a: 1', ['1 | a: 1', '  | ^']],
  ['only the first line of several', 'a: «"x\n  y"»', ['1 | a: "x', '  |    ^^']],
  ['nothing that steers a terminal', 'a: «\u001B[2J»', ['1 | a: \uFFFD[2J', '  |    ^^^^']],
])('shows %s', (_reason, marked, expected) => {
  expect(shown(marked)).toEqual(expected);
});

test('a long line is cut around the mark', () => {
  const [line = '', carets = ''] = shown(
    `{"a": "${'x'.repeat(5000)}", «"b"»: "${'y'.repeat(5000)}"}`,
  );
  expect(line.length).toBeLessThan(110);
  expect(line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('"b"');
  expect(line).toMatch(/^1 \| ….*…$/u);
});
