import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { conformanceFiles, ROOT } from '../conformance/scenario-files.ts';

const DOCS = join(ROOT, 'docs');
const text = await readFile(join(DOCS, 'semantics.md'), 'utf8');

/** What stands in the last column where there is nothing to test before packets flow. */
const NOT_YET = '*nothing is enforced yet*';

/** The rows of all tables, without their heads. */
const rows = text
  .split('\n')
  .filter((line) => /^\| (?!-|rule|written|what|#)/u.test(line))
  .map((line) =>
    line
      .split(/(?<!\\)\|/u)
      .map((cell) => cell.trim())
      .slice(1, -1),
  )
  .map((cells) => ({ rule: cells.slice(0, 2).join(' '), shownBy: cells.at(-1) ?? '' }));

function linksIn(markdown: string): readonly string[] {
  return [...markdown.matchAll(/\]\((\.\.\/tests\/[^)]+)\)/gu)].map(([, path = '']) => path);
}

describe('every rule is shown by tests that exist', () => {
  test.each(rows)('$rule', ({ shownBy }) => {
    const links = linksIn(shownBy);
    if (shownBy !== NOT_YET) expect(links).not.toEqual([]);
    expect(links.filter((link) => !existsSync(join(DOCS, link)))).toEqual([]);
  });
});

test('every decision is stated', () => {
  const numbers = rows.flatMap(({ rule }) => /^(\d+) /u.exec(rule)?.[1] ?? []);
  expect(numbers).toEqual(Array.from({ length: 14 }, (_, index) => String(index + 1)));
});

test('every folder of scenarios is named', async () => {
  const topics = new Set((await conformanceFiles()).map(({ name }) => dirname(name)));
  const named = linksIn(text).filter((link) => link.endsWith('/'));
  const folders = named.map((link) =>
    link.replace('../tests/conformance/', '').replace(/\/$/u, ''),
  );
  const unnamed = [...topics].filter(
    (topic) => !folders.some((folder) => topic === folder || topic.startsWith(`${folder}/`)),
  );
  expect(unnamed).toEqual([]);
});
