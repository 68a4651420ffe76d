import { expect, test } from 'vitest';
import { AREAS } from './arrows.ts';
import { modulesOf } from './modules.ts';
import { filesOf } from './repository.ts';
import { cycles, violations } from './violations.ts';

const sources = filesOf('{packages,tests,bench,tools}/**/*.ts');
const modules = modulesOf(sources);

test('every import follows an arrow of the table', () => {
  expect(violations(modules)).toEqual([]);
});

test('no module imports itself by way of others', () => {
  expect(cycles(modules)).toEqual([]);
});

test('the sources of every package were read', () => {
  const packages = [...filesOf('packages/*/package.json').keys()];
  const read = new Set(modules.map(({ area }) => `${area.folder}/package.json`));
  expect(packages.filter((file) => !read.has(file))).toEqual([]);
});

test('the table itself has no cycle, and names no area that is not in it', () => {
  // Each area may only name areas above it, but for the callers at the end, which nobody imports.
  const above = new Set<string>();
  for (const { name, mayImport } of AREAS) {
    expect(
      mayImport.filter((other) => !above.has(other)),
      name,
    ).toEqual([]);
    above.add(name);
  }
});

/** Each line: the reason, a file, what it says, and the complaint (none when undefined). */
test.each<[string, string, string, string | undefined]>([
  // Arrows.
  [
    'kube may use core',
    'packages/kube/src/a.ts',
    "import { x } from '@ringfence/core';",
    undefined,
  ],
  [
    'core may not use kube',
    'packages/core/src/a.ts',
    "import { x } from '@ringfence/kube';",
    'core must not import kube',
  ],
  [
    'a type is an import too',
    'packages/core/src/a.ts',
    "import type { X } from '@ringfence/kube';",
    'core must not import kube',
  ],
  [
    'so is a type in place',
    'packages/core/src/a.ts',
    "let x: import('@ringfence/kube').X;",
    'core must not import kube',
  ],
  [
    'so is a re-export',
    'packages/core/src/a.ts',
    "export * from '@ringfence/kube';",
    'core must not import kube',
  ],
  [
    'so is a named re-export',
    'packages/core/src/a.ts',
    "export { x } from '@ringfence/kube';",
    'core must not import kube',
  ],
  [
    'so is a late import',
    'packages/core/src/a.ts',
    "await import('@ringfence/kube');",
    'core must not import kube',
  ],
  [
    'a package is also reached by path',
    'packages/core/src/a.ts',
    "import '../../kube/src/b.ts';",
    'core must not import kube',
  ],
  [
    'siblings stay apart',
    'packages/lab/src/a.ts',
    "import '@ringfence/agent';",
    'lab must not import agent',
  ],
  [
    'nobody imports the command',
    'packages/kube/src/a.ts',
    "import '@ringfence/cli';",
    'kube must not import cli',
  ],
  [
    'the product does not know its tools',
    'packages/cli/src/a.ts',
    "import '../../../tools/check.ts';",
    'cli must not import tools',
  ],
  [
    'the test of a package keeps to its arrows',
    'packages/core/src/a.test.ts',
    "import '@ringfence/kube';",
    'core must not import kube',
  ],
  // The pure packages.
  [
    'core knows no Node',
    'packages/core/src/a.ts',
    "import fs from 'node:fs';",
    'core must not import `node:fs`',
  ],
  [
    'core knows no package',
    'packages/core/src/a.ts',
    "import yaml from 'js-yaml';",
    'core must not import `js-yaml`',
  ],
  [
    'nor does dataplane',
    'packages/dataplane/src/a.ts',
    "import 'fs';",
    'dataplane must not import `fs`',
  ],
  ['their tests may', 'packages/core/src/a.test.ts', "import 'node:fs';", undefined],
  ['shells may', 'packages/kube/src/a.ts', "import 'node:fs';", undefined],
  // Deep imports.
  [
    'a package has one entry',
    'packages/kube/src/a.ts',
    "import '@ringfence/core/src/b.ts';",
    'deep import',
  ],
  ['also by path', 'packages/kube/src/a.ts', "import '../../core/src/b.ts';", 'deep import'],
  [
    'the command has no entry, so tests reach into it',
    'tests/a.test.ts',
    "import '../packages/cli/src/b.ts';",
    undefined,
  ],
  [
    'tests do not reach into packages',
    'tests/a.test.ts',
    "import '../packages/core/src/b.ts';",
    'deep import',
  ],
  // Tests.
  [
    'sources do not import tests',
    'packages/core/src/a.ts',
    "import './b.test.ts';",
    'for tests alone',
  ],
  ['nor generators', 'packages/core/src/a.ts', "import './b.arbitrary.ts';", 'for tests alone'],
  ['nor shared tests', 'packages/cli/src/a.ts', "import '../../../tests/b.ts';", 'for tests alone'],
  ['tests import tests', 'packages/core/src/a.test.ts', "import '../../../tests/b.ts';", undefined],
  // What cannot be followed.
  ['a computed import', 'packages/cli/src/a.ts', 'await import(name);', 'must name its module'],
])('%s', (_reason, file, text, complaint) => {
  const found = violations(modulesOf(new Map([[file, text]])));
  expect(found).toEqual(complaint === undefined ? [] : [expect.stringContaining(complaint)]);
});

test('a complaint names its place and the reason', () => {
  const text = "export const one = 1;\n\nimport '@ringfence/kube';\n";
  const [complaint] = violations(modulesOf(new Map([['packages/core/src/a.ts', text]])));
  expect(complaint).toMatch(
    /^packages\/core\/src\/a\.ts:3: core must not import kube: core is pure/,
  );
});

test('a package that the table does not know is refused', () => {
  expect(() => modulesOf(new Map([['packages/new/src/a.ts', '']]))).toThrow('has no area');
});

/** Each line: the reason, the modules as `name: imports`, and the cycle. */
test.each<[string, readonly string[], readonly string[]]>([
  ['a tree', ['a: b c', 'b: d', 'c: d', 'd:'], []],
  ['two modules', ['a: b', 'b: a'], ['a -> b -> a']],
  ['a module itself', ['a: a'], ['a -> a']],
  ['a long way', ['a: b', 'b: c', 'c: d', 'd: b'], ['b -> c -> d -> b']],
  ['two cycles', ['a: b', 'b: a', 'c: d', 'd: c'], ['a -> b -> a', 'c -> d -> c']],
])('cycles are found in %s', (_reason, lines, expected) => {
  const files = lines.map((line): [string, string] => {
    const [name = '', imports = ''] = line.split(':');
    const names = imports.split(' ').filter((each) => each !== '');
    return [
      `packages/core/src/${name}.ts`,
      names.map((each) => `import type { X } from './${each}.ts';`).join('\n'),
    ];
  });
  const found = cycles(modulesOf(new Map(files)));
  expect(found.map((cycle) => cycle.replaceAll(/packages\/core\/src\/(\w)\.ts/g, '$1'))).toEqual(
    expected,
  );
});

test('a cycle through a package name is found', () => {
  const found = cycles(
    modulesOf(
      new Map([
        ['packages/core/src/index.ts', "export * from './a.ts';"],
        ['packages/core/src/a.ts', "import '@ringfence/core';"],
      ]),
    ),
  );
  expect(found).toHaveLength(1);
});
