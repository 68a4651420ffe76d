import { spawnSync } from 'node:child_process';
import { mkdtempSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SystemError } from '../ffi/system-error.ts';
import { missingPrivilege } from '../privilege.ts';
import {
  currentNamespace,
  forgetNamespace,
  makeNamespace,
  nameNamespace,
  type NetworkNamespace,
  openNamespace,
} from './namespace.ts';

const OTHER_PROGRAM = 'nsenter';

/** What a test is skipped for is in its name. */
function titled(name: string, reason: string | undefined): string {
  return reason === undefined ? name : `${name} (skipped: ${reason})`;
}

function isThere(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined;
}

/** Which namespace this thread is in. */
function here(): string {
  return readlinkSync('/proc/thread-self/ns/net');
}

const privilege = missingPrivilege();

describe.skipIf(privilege !== undefined)(titled('namespaces', privilege), () => {
  const home = here();
  let one: NetworkNamespace;
  let two: NetworkNamespace;

  beforeEach(() => {
    one = makeNamespace();
    two = makeNamespace();
  });
  afterEach(() => {
    one.close();
    two.close();
    expect(here()).toBe(home);
  });

  test('each one is another one, and making it leads nowhere', () => {
    expect(here()).toBe(home);
    expect(new Set([home, one.enter(here), two.enter(here)]).size).toBe(3);
  });

  test('a new one has loopback only', () => {
    const links = one.enter(() => spawnSync('cat', ['/proc/net/dev'], { encoding: 'utf8' }).stdout);
    expect(links.split('\n').filter((line) => line.includes(':'))).toHaveLength(1);
  });

  test('one comes home with what was found', () => {
    expect(one.enter(() => 42)).toBe(42);
    expect(here()).toBe(home);
  });

  test('one comes home after a failure', () => {
    const fail = (): never => {
      throw new Error('lost');
    };
    expect(() => one.enter(fail)).toThrow('lost');
    expect(here()).toBe(home);
    expect(() => one.enter(() => two.enter(fail))).toThrow('lost');
    expect(here()).toBe(home);
  });

  test('from within one into another, and back step by step', () => {
    const seen = one.enter(() => [here(), two.enter(here), here()]);
    expect(seen).toEqual([one.enter(here), two.enter(here), one.enter(here)]);
  });

  test('one that is made within another is a third', () => {
    const third = one.enter(makeNamespace);
    expect(new Set([home, one.enter(here), third.enter(here)]).size).toBe(3);
    third.close();
  });

  test('the current one is the one that was entered', () => {
    const again = one.enter(currentNamespace);
    expect(again.enter(here)).toBe(one.enter(here));
    again.close();
  });

  test('one is opened by its file', () => {
    const again = openNamespace(`/proc/self/fd/${one.fd}`);
    expect(again.enter(here)).toBe(one.enter(here));
    again.close();
    expect(() => openNamespace('/proc/no-such-thing')).toThrow('ENOENT');
  });

  test('one that was closed cannot be entered', () => {
    const gone = makeNamespace();
    gone.close();
    expect(() => gone.enter(here)).toThrow(SystemError);
    expect(here()).toBe(home);
  });

  test('what is no namespace cannot be entered', () => {
    const none = openNamespace('/dev/null');
    expect(() => none.enter(here)).toThrow('setns: EINVAL');
    none.close();
  });

  test('closing often leaks no descriptors', () => {
    const before = openNamespace('/proc/self/ns/net');
    before.close();
    for (let round = 0; round < 100; round += 1) {
      const each = makeNamespace();
      each.enter(here);
      each.close();
    }
    const after = openNamespace('/proc/self/ns/net');
    after.close();
    expect(after.fd).toBe(before.fd);
  });
});

/** Says why namespaces cannot be given files; `undefined` when they can. */
function cannotName(): string | undefined {
  if (privilege !== undefined) return privilege;
  const folder = mkdtempSync(path.join(tmpdir(), 'namespaces-'));
  const namespace = makeNamespace();
  try {
    nameNamespace(namespace, path.join(folder, 'probe'));
    forgetNamespace(path.join(folder, 'probe'));
    return undefined;
  } catch (error) {
    if (error instanceof SystemError) return `needs the right to mount (${error.code})`;
    throw error;
  } finally {
    namespace.close();
    rmSync(folder, { recursive: true });
  }
}

const mounting = cannotName();

describe.skipIf(mounting !== undefined)(titled('names of namespaces', mounting), () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'namespaces-'));
    file = path.join(folder, 'netns', 'web');
  });
  afterEach(() => {
    if (isThere(file)) forgetNamespace(file);
    rmSync(folder, { recursive: true });
  });

  test('a name keeps the namespace when everybody has closed it', () => {
    const namespace = makeNamespace();
    const inside = namespace.enter(here);
    nameNamespace(namespace, file);
    namespace.close();
    const again = openNamespace(file);
    expect(again.enter(here)).toBe(inside);
    again.close();
  });

  const nsenter =
    spawnSync(OTHER_PROGRAM, ['-V']).error === undefined ? undefined : 'needs `nsenter`';

  test.skipIf(nsenter !== undefined)(titled('other programs find it by its name', nsenter), () => {
    const namespace = makeNamespace();
    const inside = namespace.enter(here);
    nameNamespace(namespace, file);
    namespace.close();
    const args = [`--net=${file}`, 'readlink', '/proc/self/ns/net'];
    expect(spawnSync(OTHER_PROGRAM, args, { encoding: 'utf8' }).stdout.trim()).toBe(inside);
  });

  test('a forgotten name is gone', () => {
    const namespace = makeNamespace();
    nameNamespace(namespace, file);
    forgetNamespace(file);
    expect(isThere(file)).toBe(false);
    namespace.close();
  });

  test('a name that is taken stays whose it was', () => {
    const [one, two] = [makeNamespace(), makeNamespace()];
    nameNamespace(one, file);
    const { ino } = statSync(file);
    expect(() => nameNamespace(two, file)).toThrow('EEXIST');
    expect(statSync(file).ino).toBe(ino);
    one.close();
    two.close();
  });

  test('a name that could not be given leaves no file', () => {
    const gone = makeNamespace();
    gone.close();
    expect(() => nameNamespace(gone, file)).toThrow('mount: ENOENT');
    expect(isThere(file)).toBe(false);
  });
});
