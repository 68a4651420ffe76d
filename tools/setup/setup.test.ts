import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { isInstalled } from './installed.mjs';
import { newEnough } from './node.mjs';

const TOOLS = path.join(import.meta.dirname, '..');
const scratch = mkdtempSync(path.join(tmpdir(), 'ringfence-setup-'));
const checkout = path.join(scratch, 'checkout');

afterAll(() => rmSync(scratch, { recursive: true }));

beforeEach(() => rmSync(checkout, { recursive: true, force: true }));

test.each([
  ['18.20.4', false],
  ['20.19.0', false],
  ['22.17.1', false],
  ['22.18.0', true],
  ['23.5.0', false],
  ['23.6.0', true],
  ['24.0.0', true],
  ['26.10.0', true],
])('Node %s runs TypeScript: %s', (version, expected) => {
  expect(newEnough(version)).toBe(expected);
});

describe('what the lockfile asks for', () => {
  const LOCKED = {
    '': { version: '1.0.0' },
    'node_modules/a': { version: '1.0.0', integrity: 'x' },
    'node_modules/b': { version: '2.0.0', dev: true },
    'node_modules/other-system': { version: '3.0.0', optional: true },
    'node_modules/own': { link: true },
  };
  const RUNTIME = Object.fromEntries(
    Object.entries(LOCKED).filter(([place]) => place !== 'node_modules/b'),
  );

  /** Each line: the reason, what is installed, whether that is enough to run, and for everything. */
  test.each<[string, object | undefined, boolean, boolean]>([
    ['nothing was ever installed', undefined, false, false],
    ['everything is there', LOCKED, true, true],
    ['only the runtime packages', RUNTIME, true, false],
    ['a package is missing', { 'node_modules/own': { link: true } }, false, false],
    [
      'another version',
      { ...LOCKED, 'node_modules/a': { version: '1.0.1', integrity: 'x' } },
      false,
      false,
    ],
    [
      'other contents',
      { ...LOCKED, 'node_modules/a': { version: '1.0.0', integrity: 'y' } },
      false,
      false,
    ],
    [
      'another version of a development package',
      { ...LOCKED, 'node_modules/b': { version: '1.0.0' } },
      true,
      false,
    ],
    ['a package more', { ...LOCKED, 'node_modules/c': { version: '1.0.0' } }, true, true],
  ])('%s', (_reason, installed, runtime, all) => {
    write('package-lock.json', JSON.stringify({ packages: LOCKED }));
    if (installed !== undefined) {
      write('node_modules/.package-lock.json', JSON.stringify({ packages: installed }));
    }
    expect(isInstalled(checkout, 'runtime')).toBe(runtime);
    expect(isInstalled(checkout, 'all')).toBe(all);
  });
});

describe('the set-up', () => {
  // A checkout whose `npm ci` is a script, so that no test needs a network.
  beforeEach(() => {
    cpSync(path.join(TOOLS, 'setup'), path.join(checkout, 'tools/setup'), { recursive: true });
    cpSync(path.join(TOOLS, 'setup.mjs'), path.join(checkout, 'tools/setup.mjs'));
    write('package.json', '{"type":"module"}');
    write('package-lock.json', '{"packages":{"node_modules/a":{"version":"1.0.0"}}}');
    write('packages/cli/src/main.ts', 'console.log(process.argv.slice(2) as string[]);\n');
    npm(
      'echo $* >> calls; sleep 0.3; mkdir -p node_modules; cp package-lock.json node_modules/.package-lock.json',
    );
  });

  test('installs once, and runs the command with its arguments', async () => {
    const first = await setup('start', '--x');
    expect(first).toMatchObject({ code: 0, stdout: "[ 'start', '--x' ]\n" });
    expect(first.stderr).toMatch(
      /^ringfence: installing the runtime packages\nringfence: done in .* s\n$/,
    );
    const second = await setup('start');
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(calls()).toEqual([expect.stringContaining('ci --omit=dev')]);
  });

  test('installs once for two that start together', async () => {
    const both = await Promise.all([setup('start'), setup('start')]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.map(({ stderr }) => stderr).join('')).toContain('another process is installing');
    expect(calls()).toHaveLength(1);
  });

  test('takes over from one that died', async () => {
    write('.setup.lock', '2147483646\n');
    expect(await setup('start')).toMatchObject({ code: 0 });
    expect(existsSync(path.join(checkout, '.setup.lock'))).toBe(false);
  });

  test('says in one sentence that the network is missing', async () => {
    npm('echo "npm error code EAI_AGAIN" >&2; exit 1');
    expect(await setup('start')).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(/^.*installing.*\nringfence: packages are missing .*\n$/),
    });
  });

  test('shows what npm says about anything else', async () => {
    npm('echo "npm error code ENOSPC" >&2; exit 4');
    const { code, stderr } = await setup('start');
    expect(code).toBe(3);
    expect(stderr).toContain('npm error code ENOSPC\nringfence: `npm ci` failed');
  });

  test('refuses a command that it does not know', async () => {
    const { code, stderr } = await setup('stat');
    expect(code).toBe(3);
    expect(stderr).toBe(
      'ringfence: there is no command `stat`: use one of start, test, bench, soak, format\n',
    );
  });

  test('passes the exit code on', async () => {
    write('packages/cli/src/main.ts', 'process.exitCode = 7 as number;\n');
    expect(await setup('start')).toMatchObject({ code: 7 });
  });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function setup(...args: readonly string[]): Promise<Ended> {
  const env = { ...process.env, PATH: `${path.join(checkout, 'bin')}:${process.env['PATH']}` };
  const child = spawn(process.execPath, [path.join(checkout, 'tools/setup.mjs'), ...args], { env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

function npm(script: string): void {
  write('bin/npm', `#!/bin/sh\n${script}\n`, 0o755);
}

function calls(): readonly string[] {
  return readFileSync(path.join(checkout, 'calls'), 'utf8').trimEnd().split('\n');
}

function write(file: string, text: string, mode = 0o644): void {
  mkdirSync(path.dirname(path.join(checkout, file)), { recursive: true });
  writeFileSync(path.join(checkout, file), text, { mode });
}
