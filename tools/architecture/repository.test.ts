import { describe, expect, test } from 'vitest';
import { filesOf } from './repository.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly engines?: { readonly node: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const manifests = new Map(
  [...filesOf('{,packages/*/,tools/node/}package.json')].map(([file, text]): [string, Manifest] => [
    file,
    JSON.parse(text),
  ]),
);

describe('package.json', () => {
  test('the root, Node and at least three packages were read', () => {
    expect([...manifests.keys()]).toEqual(
      expect.arrayContaining(['package.json', 'tools/node/package.json']),
    );
    expect(manifests.size).toBeGreaterThanOrEqual(5);
  });

  test('all have one version', () => {
    expect(new Set([...manifests.values()].map(({ version }) => version)).size).toBe(1);
  });

  test('all have the licence of the file LICENSE', () => {
    expect(new Set([...manifests.values()].map(({ license }) => license))).toEqual(
      new Set(['Apache-2.0']),
    );
    expect(filesOf('LICENSE').get('LICENSE')).toContain('Apache License');
  });

  test.each([...manifests])('%s pins every dependency', (_file, manifest) => {
    const ranges = {
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
    };
    expect(Object.entries(ranges).filter(([, range]) => !/^\d+\.\d+\.\d+$/.test(range))).toEqual(
      [],
    );
  });

  test.each([...manifests])('%s takes workspaces at their own version', (_file, manifest) => {
    const own = Object.entries(manifest.dependencies ?? {}).filter(([name]) =>
      name.startsWith('@ringfence/'),
    );
    expect(own.filter(([, version]) => version !== manifest.version)).toEqual([]);
  });

  test.each(['core', 'dataplane'])('%s depends on nobody outside', (name) => {
    const manifest = manifests.get(`packages/${name}/package.json`);
    const names = Object.keys(manifest?.dependencies ?? {});
    expect(names.filter((each) => each !== '@ringfence/core')).toEqual([]);
  });

  test('every runtime dependency is explained', () => {
    const explained = filesOf('docs/decisions/dependencies.md').get(
      'docs/decisions/dependencies.md',
    );
    const names = [...manifests.values()]
      .flatMap(({ dependencies }) => Object.keys(dependencies ?? {}))
      .filter((name) => !name.startsWith('@ringfence/'));
    expect(names.filter((name) => explained?.includes(`\`${name}\``) !== true)).toEqual([]);
  });
});

interface Locked {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

// Packages for other systems are left out when npm cannot see them while it writes the lockfile;
// `npm ci` then refuses the lockfile everywhere.
test.each([...filesOf('{,tools/node/}package-lock.json')])('%s is complete', (_file, text) => {
  const packages: Readonly<Record<string, Locked>> = JSON.parse(text).packages;
  const missing = Object.entries(packages).flatMap(([place, locked]) =>
    Object.keys({ ...locked.dependencies, ...locked.optionalDependencies }).filter(
      (name) =>
        !(`node_modules/${name}` in packages || `${place}/node_modules/${name}` in packages),
    ),
  );
  expect(missing).toEqual([]);
});

// Written so that this file does not contain what it looks for.
const FORBIDDEN: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a folder of one machine', /(?<![\w.])\/(?:work|home\/\w+|root|tmp\/plan)\//],
  ['the host of a package registry', /\bregistry\.(?:npmjs|yarnpkg|npmmirror)\b/],
  ['where a package was downloaded', /"resolved": "https?:/],
];

const FILES = '{*,{.ci,bench,docs,examples,packages,tests,tools}/**/*}';

test.each(FORBIDDEN)('no file mentions %s', (_what, pattern) => {
  const files = filesOf(FILES);
  expect(files.size).toBeGreaterThan(100);
  const found = [...files].flatMap(([file, text]) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}`] : [])),
  );
  expect(found).toEqual([]);
});

test.each([
  ['a folder of one machine', ['see ', 'work', 'main/x'].join('/'), true],
  ['a folder of one machine', 'npm/work/x', false],
  ['the host of a package registry', ['https://registry', 'npmjs', 'org/x'].join('.'), true],
  ['the host of a package registry', 'image: registry.k8s.io/pause', false],
])('%s is recognised in `%s`', (what, text, expected) => {
  expect(FORBIDDEN.find(([name]) => name === what)?.[1].test(text)).toBe(expected);
});
