import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { quickResolver } from './resolve-quickly.ts';

const packages = path.resolve('packages');
const resolve = quickResolver(pathToFileURL(packages).href);

/** What it says without a look at the disk; undefined where Node has to look. */
function resolved(specifier: string, parent: string): string | undefined {
  const context = {
    conditions: [],
    importAttributes: {},
    parentURL: pathToFileURL(path.join(packages, parent)).href,
  };
  const asked: string[] = [];
  const { url } = resolve(specifier, context, (other) => {
    asked.push(other);
    return { url: other };
  });
  return asked.length > 0 ? undefined : url;
}

const OWN = globSync('*/package.json', { cwd: packages }).map((file) => {
  const text = readFileSync(path.join(packages, file), 'utf8');
  const { name, exports }: { name: string; exports?: { '.': { source: string } } } =
    JSON.parse(text);
  return { name, folder: path.dirname(file), source: exports?.['.'].source };
});

test.each(OWN.filter(({ source }) => source !== undefined))(
  '$name is where its manifest says',
  ({ name, folder, source = '' }) => {
    const file = path.join(packages, folder, source);
    expect(resolved(name, 'cli/src/main.ts')).toBe(pathToFileURL(file).href);
  },
);

test.each([
  ['./run.ts', 'cli/src/main.ts', 'cli/src/run.ts'],
  ['../failure.ts', 'cli/src/eval/run-eval.ts', 'cli/src/failure.ts'],
  ['../../a/b.ts', 'cli/src/eval/run-eval.ts', 'cli/a/b.ts'],
])('%s of %s', (specifier, parent, expected) => {
  expect(resolved(specifier, parent)).toBe(pathToFileURL(path.join(packages, expected)).href);
});

test('the parts of Node', () => {
  expect(resolved('node:path', 'cli/src/main.ts')).toBe('node:path');
});

test.each(['js-yaml', './package.json', 'file:///x.ts'])('Node looks for %s', (specifier) => {
  expect(resolved(specifier, 'cli/src/main.ts')).toBeUndefined();
});
