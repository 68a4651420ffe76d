import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { isShown, shownCommands } from './console-block.ts';
import { runCommands } from './run-commands.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const documents = globSync('{*.md,docs/**/*.md}', { cwd: ROOT }).toSorted();

describe('README.md shows what happens', () => {
  const shown = shownCommands(readme);
  const outputs = runCommands(
    shown.map(({ command }) => command),
    { cwd: ROOT },
  );

  test.each(shown.map((each, index) => ({ ...each, actual: outputs[index] ?? [] })))(
    'line $line: $command',
    ({ output, actual }) => {
      // Compared as text where it differs, so that the difference is printed.
      if (!isShown(actual, output)) expect(actual.join('\n')).toBe(output.join('\n'));
    },
  );

  test('there is a tour', () => {
    expect(shown.length).toBeGreaterThan(0);
  });
});

test('README.md says what the product is not', () => {
  expect(readme).toMatch(/^## What it is not$/m);
});

test.each(documents)('%s links to files that exist', (document) => {
  const text = readFileSync(path.join(ROOT, document), 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => link ?? '');
  const missing = links.filter(
    (link) => !existsSync(path.join(ROOT, path.dirname(document), link)),
  );
  expect(missing).toEqual([]);
});

test.each(documents)('%s names npm commands that exist', (document) => {
  const text = readFileSync(path.join(ROOT, document), 'utf8');
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const named = [...text.matchAll(/\bnpm (start|test|run ([\w-]+))/g)].map(
    ([, first, script]) => script ?? first ?? '',
  );
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

describe('a console block', () => {
  test('is commands and their outputs', () => {
    const text = [
      'Text. $ no',
      '```sh\n$ no\n```',
      '```console',
      '$ one',
      'first',
      '',
      'second',
      '',
      '$ two \\',
      '> more',
      '```',
      '$ no',
    ].join('\n');
    expect(shownCommands(text)).toEqual([
      { command: 'one', output: ['first', '', 'second'], line: 6 },
      { command: 'two \\\nmore', output: [], line: 11 },
    ]);
  });

  /** Each line: the reason, the output, what is shown, whether they agree. */
  test.each([
    ['nothing', '', '', true],
    ['the same', 'a b', 'a b', true],
    ['another', 'a b', 'a c', false],
    ['too little', 'a', 'a b', false],
    ['too much', 'a b', 'a', false],
    ['dots for some', 'a b c d', 'a ... d', true],
    ['dots for none', 'a d', 'a ... d', true],
    ['dots at the end', 'a b c', 'a ...', true],
    ['dots and another', 'a b c', 'a ... d', false],
  ])('agrees or not: %s', (_reason, output, shown, expected) => {
    const lines = (text: string): string[] => text.split(' ').filter((line) => line !== '');
    expect(isShown(lines(output), lines(shown))).toBe(expected);
  });

  test('runs in one shell, with both streams and whatever exit codes', () => {
    const commands = ['x=1', 'echo $x; echo err >&2', 'false', 'echo $?', 'printf "no end"'];
    expect(runCommands(commands, { cwd: ROOT })).toEqual([[], ['1', 'err'], [], ['1'], ['no end']]);
  });
});
