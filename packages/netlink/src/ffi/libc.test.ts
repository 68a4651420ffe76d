import { Buffer } from 'node:buffer';
import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import { describe, expect, test } from 'vitest';
import * as libc from './libc.ts';
import { SystemError } from './system-error.ts';

const AF_INET = 2;
const SOCK_DGRAM = 2;
const MSG_DONTWAIT = 0x40;
const CLONE_NEWNET = 0x4000_0000;

test('error numbers have the names that Node gives them', () => {
  const numbers = Object.values(constants.errno);
  for (const number of numbers) expect(libc.errorName(number)).toMatch(/^E[A-Z0-9]+$/u);
  expect(libc.errorName(constants.errno.EEXIST)).toBe('EEXIST');
  expect(libc.errorName(constants.errno.ENOBUFS)).toBe('ENOBUFS');
  expect(libc.errorName(999)).toBe('errno 999');
});

test("of names that share a number the kernel's own is told", () => {
  expect(libc.errorName(constants.errno.EAGAIN)).toBe('EAGAIN');
  expect(libc.errorName(constants.errno.EOPNOTSUPP)).toBe('EOPNOTSUPP');
  expect(libc.errorName(constants.errno.EDEADLK)).toBe('EDEADLK');
});

describe('a call that fails tells its name and its error', () => {
  test.each([
    ['socket', 'EAFNOSUPPORT', () => libc.socket(9_999, SOCK_DGRAM, 0)],
    ['bind', 'EBADF', () => libc.bind(-1, new Uint8Array(16))],
    ['listen', 'EBADF', () => libc.listen(-1, 1)],
    ['getsockname', 'EBADF', () => libc.socketName(-1)],
    ['setsockopt', 'EBADF', () => libc.setOption(-1, 1, 1, 1)],
    ['send', 'EBADF', () => libc.send(-1, new Uint8Array(1))],
    ['recv', 'EBADF', () => libc.receive(-1, new Uint8Array(1))],
    ['close', 'EBADF', () => libc.close(-1)],
    ['setns', 'EBADF', () => libc.setNamespace(-1, CLONE_NEWNET)],
    ['unshare', 'EINVAL', () => libc.unshare(-1)],
    ['mount', 'ENOENT', () => libc.bindMountTree('/no-such', '/no-such')],
    ['mount', 'ENOENT', () => libc.makeMountsPrivate('/no-such')],
    ['mount', 'ENOENT', () => libc.mountMemory('/no-such', '')],
    ['fchdir', 'EBADF', () => libc.changeFolder(-1)],
    ['chroot', 'ENOENT', () => libc.changeRoot('/no-such')],
    ['ioctl', 'EBADF', () => libc.namespaceOwner(-1)],
  ])('%s: %s', (operation, code, call) => {
    const error = thrown(call);
    expect(error).toBeInstanceOf(SystemError);
    expect(error).toMatchObject({ operation, code, message: `${operation}: ${code}` });
  });
});

test('a file that stands for no namespace is refused', () => {
  const fd = openSync('/dev/null', 'r');
  expect(() => libc.setNamespace(fd, CLONE_NEWNET)).toThrow('setns: EINVAL');
  closeSync(fd);
});

describe('a socket', () => {
  test('has a name when it is bound', () => {
    const fd = libc.socket(AF_INET, SOCK_DGRAM, 0);
    libc.bind(fd, loopback());
    const name = Buffer.from(libc.socketName(fd));
    expect(name).toHaveLength(16);
    expect(name.readUInt16LE(0)).toBe(AF_INET);
    expect(name.readUInt16BE(2)).toBeGreaterThan(0);
    expect([...name.subarray(4, 8)]).toEqual([127, 0, 0, 1]);
    libc.close(fd);
  });

  test('that nobody sent to has nothing', () => {
    const fd = libc.socket(AF_INET, SOCK_DGRAM, 0);
    libc.bind(fd, loopback());
    const receive = (): number => libc.receive(fd, new Uint8Array(8), MSG_DONTWAIT);
    expect(receive).toThrow('recv: EAGAIN');
    libc.close(fd);
  });

  test('that goes nowhere cannot send', () => {
    const fd = libc.socket(AF_INET, SOCK_DGRAM, 0);
    expect(() => libc.send(fd, new Uint8Array(1))).toThrow('send: EDESTADDRREQ');
    libc.close(fd);
  });
});

/** `struct sockaddr_in` of 127.0.0.1, with a port that the kernel chooses. */
function loopback(): Uint8Array {
  return Uint8Array.of(AF_INET, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0);
}

function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}
