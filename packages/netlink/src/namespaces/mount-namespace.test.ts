import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  promises,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as libc from '../ffi/libc.ts';
import { SystemError } from '../ffi/system-error.ts';
import { mayComeBack } from './held-namespace.ts';
import { makeMountNamespace } from './mount-namespace.ts';
import { makeUtsNamespace } from './uts-namespace.ts';

const OWN = '/proc/thread-self/ns/mnt';

/** Says why mount namespaces cannot be made here; `undefined` where they can. */
function cannotMount(): string | undefined {
  try {
    makeMountNamespace(() => undefined).close();
    return undefined;
  } catch (error) {
    if (error instanceof SystemError) return `needs the right to mount (${error.code})`;
    throw error;
  }
}

const reason = cannotMount();
const skipped = reason === undefined ? '' : ` (skipped: ${reason})`;

describe.skipIf(reason !== undefined)(`mount namespaces${skipped}`, () => {
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'mounts-'));
    // The threads of the pool are at home from the start.
    await promises.readlink(OWN);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** What a thread of this process sees; with a child, what that one sees. */
  function place(): unknown {
    return {
      namespace: readlinkSync(OWN),
      folder: readlinkSync('/proc/thread-self/cwd'),
      root: readlinkSync('/proc/thread-self/root'),
      mounts: readFileSync('/proc/thread-self/mountinfo', 'utf8'),
      child: spawnSync('readlink', ['/proc/self/ns/mnt', '/proc/self/cwd']).stdout.toString(),
    };
  }

  test('what is mounted in it is seen in it only', () => {
    const before = place();
    const home = readlinkSync(OWN);
    const seen = makeMountNamespace(() => {
      libc.mountMemory(folder, 'size=1m,mode=700');
      writeFileSync(path.join(folder, 'inside'), '');
      expect(existsSync(path.join(folder, 'inside'))).toBe(true);
      expect(readlinkSync(OWN)).not.toBe(home);
    });
    expect(existsSync(path.join(folder, 'inside'))).toBe(false);
    expect(place()).toEqual(before);
    seen.close();
  });

  test('other threads stay at home meanwhile', async () => {
    const home = readlinkSync(OWN);
    let meanwhile: Promise<string> | undefined;
    const namespace = makeMountNamespace(() => {
      meanwhile = promises.readlink(OWN);
    });
    expect(await meanwhile).toBe(home);
    namespace.close();
  });

  test('one comes home after a failure', () => {
    const before = place();
    const fail = (): never => {
      throw new Error('lost');
    };
    expect(() => makeMountNamespace(fail)).toThrow('lost');
    expect(place()).toEqual(before);
  });

  /** What a process prints that does something with `makeMountNamespace`. */
  function printed(
    code: string,
    { cwd, under = [] }: { readonly cwd: string; readonly under?: readonly string[] },
  ): string {
    const source = (name: string): string => JSON.stringify(path.join(import.meta.dirname, name));
    const input = `
      import fs from 'node:fs';
      import { makeMountNamespace } from ${source('mount-namespace.ts')};
      import { mountMemory } from ${source('../ffi/libc.ts')};
      ${code}`;
    const command = [...under, process.execPath, '--input-type=module', '-'];
    const [file = '', ...args] = command;
    return spawnSync(file, args, { cwd, input, encoding: 'utf8' }).stdout;
  }

  test('the working directory is the same, though it has gone', () => {
    const gone = path.join(folder, 'gone');
    mkdirSync(gone);
    const code = `
      fs.rmdirSync(process.cwd());
      makeMountNamespace(() => {}).close();
      process.stdout.write(fs.readlinkSync('/proc/thread-self/cwd'));`;
    expect(printed(code, { cwd: gone })).toBe(`${gone} (deleted)`);
  });

  const unshare = spawnSync('unshare', ['-V']).error === undefined;

  test.skipIf(!unshare)(
    `what is mounted is kept from those who share mounts${unshare ? '' : ' (skipped: needs `unshare`)'}`,
    () => {
      const code = `
        makeMountNamespace(() => {
          mountMemory(${JSON.stringify(folder)}, 'size=1m');
          fs.writeFileSync(${JSON.stringify(path.join(folder, 'inside'))}, '');
        }).close();
        process.stdout.write(JSON.stringify(fs.readdirSync(${JSON.stringify(folder)})));`;
      const under = ['unshare', '--mount', '--propagation', 'shared'];
      expect(printed(code, { cwd: '/', under })).toBe('[]');
    },
  );

  test('a tree is read-only, with what is mounted in it', () => {
    const inner = path.join(folder, 'inner');
    makeMountNamespace(() => {
      libc.mountMemory(folder, 'size=1m');
      mkdirSync(inner);
      libc.mountMemory(inner, 'size=1m');
      libc.bindMountTree(folder, folder);
      libc.makeMountsReadOnly(folder);
      for (const each of [folder, inner]) {
        expect(() => writeFileSync(path.join(each, 'file'), '')).toThrow('EROFS');
      }
    }).close();
  });

  test('making many leaks no descriptors', () => {
    const first = makeMountNamespace(() => undefined);
    first.close();
    for (let round = 0; round < 50; round += 1) makeMountNamespace(() => undefined).close();
    const last = makeMountNamespace(() => undefined);
    last.close();
    expect(last.fd).toBe(first.fd);
  });

  test('only a namespace of this user namespace, or one within, can be come back to', () => {
    const own = makeMountNamespace(() => undefined);
    expect(mayComeBack(own.fd)).toBe(true);
    own.close();
    expect(() => mayComeBack(own.fd)).toThrow('ioctl: EBADF');
  });

  test('a machine has another name in another UTS namespace', () => {
    const before = hostname();
    const namespace = makeUtsNamespace('web-1');
    expect(hostname()).toBe(before);
    // Rootless, without a UTS namespace that is ours, there is no way back and none is made.
    if (namespace === undefined) return;
    const inside = spawnSync('nsenter', [
      `--uts=/proc/${process.pid}/fd/${namespace.fd}`,
      'hostname',
    ]);
    namespace.close();
    if (inside.error === undefined) expect(inside.stdout.toString()).toBe('web-1\n');
  });
});
