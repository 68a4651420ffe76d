import koffi from 'koffi';
import { endianness } from 'node:os';
import { SystemError } from './system-error.ts';

/**
 * The few functions of the C library that Node does not offer. Nothing else calls foreign code: a
 * wrong pointer here is a crash, so that every buffer is checked before it is handed over.
 *
 * Calls are synchronous: a thread's network namespace may be another one only between two calls.
 */

if (endianness() !== 'LE') throw new Error('only little-endian machines are supported');

// The program itself has the C library loaded, whichever one that is.
const program = koffi.load(null);

const functions = {
  socket: program.func('int socket(int domain, int type, int protocol)'),
  bind: program.func('int bind(int fd, const uint8_t *address, uint32_t length)'),
  listen: program.func('int listen(int fd, int backlog)'),
  getsockname: program.func('int getsockname(int fd, uint8_t *address, uint8_t *length)'),
  setsockopt: program.func(
    'int setsockopt(int fd, int level, int name, const uint8_t *value, uint32_t length)',
  ),
  send: program.func('int64_t send(int fd, const uint8_t *data, uint64_t length, int flags)'),
  recv: program.func('int64_t recv(int fd, uint8_t *data, uint64_t length, int flags)'),
  close: program.func('int close(int fd)'),
  setns: program.func('int setns(int fd, int kind)'),
  unshare: program.func('int unshare(int flags)'),
  mount: program.func(
    'int mount(const char *source, const char *target, const char *type, uint64_t flags, const void *data)',
  ),
  umount2: program.func('int umount2(const char *target, int flags)'),
};

/** Some numbers have two names: the kernel's own one counts. */
const OWN_NAMES: ReadonlySet<string> = new Set(['EAGAIN', 'EDEADLK', 'EOPNOTSUPP']);

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(koffi.os.errno)
    .map(([name, number]) => [number, name] as const)
    // Of equal numbers the last one stays.
    .sort(([, left], [, right]) => Number(OWN_NAMES.has(left)) - Number(OWN_NAMES.has(right))),
);

/** The name of an error number, such as `EEXIST`; `errno 999` for one that has none here. */
export function errorName(errno: number): string {
  return NAMES.get(errno) ?? `errno ${errno}`;
}

/** Throws what the last call left behind when its result says that it failed. */
function checked(result: number | bigint, operation: string): number {
  if (Number(result) >= 0) return Number(result);
  throw new SystemError(errorName(koffi.errno()), operation);
}

/** @throws {SystemError} */
export function socket(domain: number, type: number, protocol: number): number {
  return checked(functions.socket(domain, type, protocol), 'socket');
}

/** @param address a `struct sockaddr` of any family. */
export function bind(fd: number, address: Uint8Array): void {
  checked(functions.bind(fd, address, address.length), 'bind');
}

/** Lets a bound socket accept connections. */
export function listen(fd: number, backlog: number): void {
  checked(functions.listen(fd, backlog), 'listen');
}

/** The address that a socket is bound to: a `struct sockaddr` of at most 128 bytes. */
export function socketName(fd: number): Uint8Array {
  const address = new Uint8Array(128);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, address.length, true);
  checked(functions.getsockname(fd, address, length), 'getsockname');
  return address.subarray(0, new DataView(length.buffer).getUint32(0, true));
}

/** Sets an option to a number. */
export function setOption(fd: number, level: number, name: number, value: number): void {
  setOptionBytes(fd, level, name, new Uint8Array(Int32Array.of(value).buffer));
}

/** Sets an option to bytes of any layout. */
export function setOptionBytes(fd: number, level: number, name: number, value: Uint8Array): void {
  checked(functions.setsockopt(fd, level, name, value, value.length), 'setsockopt');
}

/** Sends one message. */
export function send(fd: number, data: Uint8Array, flags: number = 0): void {
  const sent = checked(functions.send(fd, data, data.length, flags), 'send');
  if (sent !== data.length) throw new SystemError('EMSGSIZE', 'send');
}

/** Receives one message; gives its length, which with `MSG_TRUNC` may be more than fits. */
export function receive(fd: number, into: Uint8Array, flags: number = 0): number {
  return checked(functions.recv(fd, into, into.length, flags), 'recv');
}

/** Closes a descriptor. */
export function close(fd: number): void {
  checked(functions.close(fd), 'close');
}

/** Moves this thread into a namespace that a descriptor stands for. */
export function setNamespace(fd: number, kind: number): void {
  checked(functions.setns(fd, kind), 'setns');
}

/** Gives this thread namespaces of its own. */
export function unshare(flags: number): void {
  checked(functions.unshare(flags), 'unshare');
}

/** Shows one file under the name of another one, which must be there. */
export function bindMount(source: string, target: string): void {
  checked(functions.mount(source, target, 'none', MS_BIND, null), 'mount');
}

/** Takes a mount away at once; what still uses it keeps it. */
export function unmount(target: string): void {
  checked(functions.umount2(target, MNT_DETACH), 'umount');
}

const MS_BIND = 4096;
const MNT_DETACH = 2;
