import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';

const LAUNCHER = path.join(import.meta.dirname, '../../packages/cli/bin/ringfence');
const NODE = realpathSync(process.execPath);
const scratch = realpathSync(mkdtempSync(path.join(tmpdir(), 'ringfence-launcher-')));
const checkout = path.join(scratch, 'a checkout');
const own = path.join(checkout, 'tools/node/node_modules/node-test/bin/node');

/** Says how it was started, as JSON. */
const MAIN = `console.log(JSON.stringify({
  args: process.argv.slice(2), node: process.execPath, execArgv: process.execArgv,
  cache: process.env.NODE_COMPILE_CACHE ?? null, cwd: process.cwd(),
}) as string);\n`;

interface Started {
  readonly args: readonly string[];
  readonly node: string;
  readonly execArgv: readonly string[];
  readonly cache: string | null;
  readonly cwd: string;
}

afterAll(() => rmSync(scratch, { recursive: true }));

// A checkout with the real launcher and a program that reports.
beforeEach(() => {
  rmSync(checkout, { recursive: true, force: true });
  write('packages/cli/src/main.ts', MAIN);
  write('packages/cli/package.json', '{"type":"module"}');
  write('node_modules/.package-lock.json', '{}');
  mkdirSync(path.join(checkout, 'packages/cli/bin'));
  copyFileSync(LAUNCHER, path.join(checkout, 'packages/cli/bin/ringfence'));
  mkdirSync(path.join(checkout, 'node_modules/.bin'));
  mkdirSync(path.join(checkout, 'node_modules/@ringfence'));
  symlinkSync('../../packages/cli', path.join(checkout, 'node_modules/@ringfence/cli'));
  for (const name of ['ringfence', 'kubectl-ringfence']) {
    symlinkSync('../@ringfence/cli/bin/ringfence', path.join(checkout, 'node_modules/.bin', name));
  }
});

describe('the launcher is found', () => {
  /** Each line: by which way, the program, and the folder it is called from. */
  test.each([
    ['by its path', 'packages/cli/bin/ringfence', '.'],
    ['by npm’s link', 'node_modules/.bin/ringfence', '.'],
    ['as a plugin of kubectl', 'node_modules/.bin/kubectl-ringfence', '.'],
    ['by npm’s link, from any folder', 'node_modules/.bin/ringfence', '..'],
  ])('%s', (_way, program, folder) => {
    const cwd = path.resolve(checkout, folder);
    const started = start({ program: path.relative(cwd, path.join(checkout, program)), cwd });
    expect(started).toMatchObject({ args: ['a b', '--c'], cwd });
  });

  test('by a link to a link on the path', () => {
    const bin = path.join(scratch, 'bin');
    mkdirSync(bin, { recursive: true });
    symlinkSync(path.join(checkout, 'node_modules/.bin/ringfence'), path.join(bin, 'absolute'));
    symlinkSync('absolute', path.join(bin, 'relative'));
    const started = start({ program: 'relative', PATH: `${bin}:${pathWith(NODE)}` });
    expect(started.args).toEqual(['a b', '--c']);
  });

  test('by a shell that is given the file', () => {
    const cwd = path.join(checkout, 'packages/cli/bin');
    const text = execFileSync('sh', ['ringfence', 'x'], { cwd, env: { PATH: pathWith(NODE) } });
    expect(text.toString()).toContain('"args":["x"]');
  });
});

describe('Node', () => {
  test('is the one on the path', () => {
    expect(start({}).node).toBe(NODE);
  });

  test('is told how sources are imported, and to keep its warnings', () => {
    expect(start({}).execArgv).toEqual([
      '--conditions=source',
      '--disable-warning=ExperimentalWarning',
    ]);
  });

  const ALWAYS = ['--conditions=source', '--disable-warning=ExperimentalWarning'];
  const QUICK = [
    '--initial-heap-size=200',
    '--min-semi-space-size=8',
    '--max-semi-space-size=8',
    '--invocation-count-for-turbofan=100000',
  ];
  const SMALL = ['--max-semi-space-size=16', '--heap-growing-percent=40'];
  const cached = { HOME: path.join(scratch, 'home') };

  test.each<[command: string, options: Start, flags: readonly string[]]>([
    ['matrix', {}, QUICK],
    ['matrix', cached, ['--no-lazy', ...QUICK]],
    ['up', cached, ['--no-lazy']],
    ['agent', cached, SMALL],
  ])('is told how %s uses memory and compilers (%o)', (command, options, flags) => {
    expect(start({ ...options, args: [command] }).execArgv).toEqual([...flags, ...ALWAYS]);
  });

  test.each([
    ['v22.18.0', false],
    ['v24.3.0', true],
    ['v26.1.0', false],
  ])('%s is told of flags that not every Node has: %s', (version, told) => {
    const { stdout } = run({ PATH: pathWith(fakeNode(version)), args: ['matrix'] });
    expect(stdout.includes(QUICK.join(' '))).toBe(told);
  });

  test('is the repository’s own where that is installed, whatever is on the path', () => {
    mkdirSync(path.dirname(own), { recursive: true });
    copyFileSync(NODE, own);
    chmodSync(own, 0o755);
    expect(start({ PATH: pathWith(fakeNode('v20.19.0')) }).node).toBe(own);
  });

  test.each(['v18.20.4', 'v20.19.0', 'v22.17.9', 'v22.9.0', 'v23.5.0'])(
    '%s is too old, and the message says what to do',
    (version) => {
      const { status, stdout, stderr } = run({ PATH: pathWith(fakeNode(version)) });
      expect({ status, stdout, stderr }).toEqual({
        status: 3,
        stdout: '',
        stderr: `ringfence: Node 22.18 or newer is needed and this is ${version}: run \`npm run setup\` in the checkout\n`,
      });
    },
  );

  test.each(['v22.18.0', 'v22.21.1', 'v23.6.0', 'v23.11.0', 'v24.0.0', 'v26.1.0', 'v30.0.0'])(
    '%s is new enough',
    (version) => {
      const { status, stdout } = run({ PATH: pathWith(fakeNode(version)) });
      expect({ status, stdout }).toEqual({
        status: 0,
        stdout: expect.stringMatching(/^started /u),
      });
    },
  );

  test('is missed with a sentence', () => {
    const { status, stderr } = run({ PATH: pathWith(undefined) });
    expect(status).toBe(3);
    expect(stderr).toMatch(/^ringfence: no Node is installed: .*\n$/);
  });
});

test('missing packages are missed with a sentence', () => {
  rmSync(path.join(checkout, 'node_modules/.package-lock.json'));
  const { status, stderr } = run({ program: 'packages/cli/bin/ringfence' });
  expect(status).toBe(3);
  expect(stderr).toBe(
    'ringfence: the packages are not installed: run `npm run setup` in the checkout\n',
  );
});

test('the exit code is the program’s', () => {
  write('packages/cli/src/main.ts', 'process.exitCode = 7 as number;\n');
  expect(run({}).status).toBe(7);
});

describe('the compile cache', () => {
  const home = path.join(scratch, 'home');

  test.each([
    ['is in the user’s cache folder', { HOME: home }, `${home}/.cache/ringfence`],
    [
      'follows XDG_CACHE_HOME',
      { HOME: home, XDG_CACHE_HOME: `${scratch}/xdg` },
      `${scratch}/xdg/ringfence`,
    ],
    [
      'leaves a folder that was chosen alone',
      { HOME: home, NODE_COMPILE_CACHE: `${scratch}/mine` },
      `${scratch}/mine`,
    ],
    ['is left out without a home', {}, null],
    ['is left out where Node would hang', { HOME: '/proc' }, null],
    [
      'does not matter where it cannot be written',
      { HOME: '/dev/null' },
      '/dev/null/.cache/ringfence',
    ],
  ])('%s', (_reason, environment, cache) => {
    expect(start(environment).cache).toBe(cache);
  });

  test('is written', () => {
    rmSync(home, { recursive: true, force: true });
    start({ HOME: home });
    expect(readdirSync(path.join(home, '.cache/ringfence')).length).toBeGreaterThan(0);
  });
});

interface Start {
  readonly args?: readonly string[];
  readonly program?: string;
  readonly cwd?: string;
  readonly PATH?: string;
  readonly HOME?: string;
  readonly XDG_CACHE_HOME?: string;
  readonly NODE_COMPILE_CACHE?: string;
}

function start(options: Start): Started {
  const { status, stdout, stderr } = run(options);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}

function run({
  program = 'node_modules/.bin/ringfence',
  cwd = checkout,
  args = ['a b', '--c'],
  ...environment
}: Start): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const env = { PATH: pathWith(NODE), ...environment };
  return spawnSync(program, args, { cwd, env, encoding: 'utf8' });
}

/** A path with the few programs that the launcher may use, and with this Node. */
function pathWith(node: string | undefined): string {
  const folder = mkdtempSync(path.join(scratch, 'path-'));
  for (const name of ['sh', 'readlink']) {
    const program = ['/bin', '/usr/bin'].map((each) => path.join(each, name)).find(existsSync);
    if (program !== undefined) symlinkSync(program, path.join(folder, name));
  }
  if (node !== undefined) symlinkSync(node, path.join(folder, 'node'));
  return folder;
}

/** A program that says it is Node of some version, and runs nothing. */
function fakeNode(version: string): string {
  const file = path.join(scratch, `node-${version}`);
  writeFileSync(
    file,
    `#!/bin/sh\ncase $1 in --version) echo ${version} ;; *) echo "started $*" ;; esac\n`,
  );
  chmodSync(file, 0o755);
  return file;
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(checkout, file)), { recursive: true });
  writeFileSync(path.join(checkout, file), text);
}
