import koffi from 'koffi';
import { Buffer } from 'node:buffer';
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

/** `struct iovec`; a buffer stands for its address. */
const vector = koffi.struct({ base: 'uint8_t *', length: 'uint64_t' });

/** `struct msghdr`: as the C libraries lay it out, and as the kernel reads it. */
const header = koffi.struct({
  address: 'uint8_t *',
  addressLength: 'uint32_t',
  vectors: koffi.pointer(vector),
  vectorCount: 'uint64_t',
  control: 'uint8_t *',
  controlLength: 'uint64_t',
  flags: 'int',
});

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
  sendmsg: program.func('sendmsg', 'int64_t', ['int', koffi.pointer(header), 'int']),
  recvmsg: program.func('recvmsg', 'int64_t', ['int', koffi.inout(koffi.pointer(header)), 'int']),
  poll: program.func('int poll(uint8_t *descriptors, uint64_t count, int timeout)'),
  close: program.func('int close(int fd)'),
  setns: program.func('int setns(int fd, int kind)'),
  unshare: program.func('int unshare(int flags)'),
  mount: program.func(
    'int mount(const char *source, const char *target, const char *type, uint64_t flags, const char *options)',
  ),
  umount2: program.func('int umount2(const char *target, int flags)'),
  fchdir: program.func('int fchdir(int fd)'),
  chroot: program.func('int chroot(const char *path)'),
  sethostname: program.func('int sethostname(const char *name, uint64_t length)'),
  ioctl: program.func('int ioctl(int fd, uint64_t request, uint64_t argument)'),
  // For calls that older C libraries have no function for: `mount_setattr`.
  syscall: program.func(
    'int64_t syscall(int64_t number, int64_t folder, const char *path, int64_t flags, const uint8_t *value, uint64_t length)',
  ),
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

/** A message with what travels beside it: whole buffers, or as much of them as was received. */
export interface Message {
  /** A `struct sockaddr` of any family. */
  readonly address: Uint8Array;
  /** Each a `struct cmsghdr` with its value. */
  readonly control: Uint8Array;
  readonly data: Uint8Array;
}

/** Sends one message to an address. */
export function sendMessage(fd: number, message: Message, flags: number = 0): void {
  const sent = checked(functions.sendmsg(fd, headerOf(message), flags), 'sendmsg');
  if (sent !== message.data.length) throw new SystemError('EMSGSIZE', 'sendmsg');
}

/** Receives one message into buffers; gives the parts of them that were filled. */
export function receiveMessage(fd: number, into: Message, flags: number = 0): Message {
  const told = headerOf(into);
  const length = checked(functions.recvmsg(fd, told, flags), 'recvmsg');
  return {
    address: into.address.subarray(0, told.addressLength),
    control: into.control.subarray(0, told.controlLength),
    data: into.data.subarray(0, length),
  };
}

/** A `struct msghdr` around buffers; the kernel writes into it how much of them it filled. */
function headerOf({ address, control, data }: Message): MessageHeader {
  return {
    address,
    addressLength: address.length,
    vectors: [{ base: data, length: data.length }],
    vectorCount: 1,
    control,
    controlLength: control.length,
    flags: 0,
  };
}

interface MessageHeader {
  readonly address: Uint8Array;
  readonly addressLength: number;
  readonly vectors: readonly { readonly base: Uint8Array; readonly length: number }[];
  readonly vectorCount: number;
  readonly control: Uint8Array;
  readonly controlLength: number;
  readonly flags: number;
}

/**
 * Tells which of some descriptors have something to be read, or an error to be told, by their
 * positions. Does not wait.
 */
export function readable(fds: readonly number[]): readonly number[] {
  // `struct pollfd`: a descriptor, what is asked for, and behind it what is answered.
  const descriptors = new Int32Array(2 * fds.length);
  for (const [index, fd] of fds.entries()) {
    descriptors[2 * index] = fd;
    descriptors[2 * index + 1] = POLLIN;
  }
  checked(functions.poll(new Uint8Array(descriptors.buffer), fds.length, 0), 'poll');
  return fds.flatMap((_, index) => ((descriptors[2 * index + 1] ?? 0) >> 16 === 0 ? [] : [index]));
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

/** Shows a folder, with all that is mounted in it, under the name of another one. */
export function bindMountTree(source: string, target: string): void {
  checked(functions.mount(source, target, 'none', MS_BIND | MS_REC, null), 'mount');
}

/** Keeps what is mounted from now on in a tree from other mount namespaces, and theirs from it. */
export function makeMountsPrivate(target: string): void {
  checked(functions.mount('none', target, 'none', MS_PRIVATE | MS_REC, null), 'mount');
}

/** Shows what is mounted from now on in a mounted folder wherever else that folder is shown. */
export function shareMounts(target: string): void {
  checked(functions.mount('none', target, 'none', MS_SHARED | MS_REC, null), 'mount');
}

/** Mounts an empty file system in memory; `options` are those of tmpfs, such as `size=64m`. */
export function mountMemory(target: string, options: string): void {
  checked(functions.mount('tmpfs', target, 'tmpfs', MS_NOSUID | MS_NODEV, options), 'mount');
}

/** Makes all that is mounted in a tree read-only; what else is set of it stays. Needs Linux 5.12. */
export function makeMountsReadOnly(target: string): void {
  const wanted = new BigUint64Array([MOUNT_ATTR_RDONLY, 0n, 0n, 0n]);
  const bytes = new Uint8Array(wanted.buffer);
  const call = functions.syscall;
  checked(
    call(SYS_MOUNT_SETATTR, AT_FDCWD, target, AT_RECURSIVE, bytes, bytes.length),
    'mount_setattr',
  );
}

/** Makes an open folder the working directory of this thread, and of those that share it. */
export function changeFolder(fd: number): void {
  checked(functions.fchdir(fd), 'fchdir');
}

/** Makes a folder the root of this thread, and of those that share it. */
export function changeRoot(folder: string): void {
  checked(functions.chroot(folder), 'chroot');
}

/** Names the machine, for this thread's UTS namespace. */
export function setHostname(name: string): void {
  checked(functions.sethostname(name, Buffer.byteLength(name)), 'sethostname');
}

/** Opens the user namespace that a namespace belongs to; `EPERM` where that is an outer one. */
export function namespaceOwner(fd: number): number {
  return checked(functions.ioctl(fd, NS_GET_USERNS, 0), 'ioctl');
}

/** Takes a mount away at once; what still uses it keeps it. */
export function unmount(target: string): void {
  checked(functions.umount2(target, MNT_DETACH), 'umount');
}

const MS_NOSUID = 2;
const MS_NODEV = 4;
const POLLIN = 1;
const MS_BIND = 4096;
const MS_REC = 16384;
const MS_PRIVATE = 1 << 18;
const MS_SHARED = 1 << 20;
const MNT_DETACH = 2;
const AT_FDCWD = -100;
const AT_RECURSIVE = 0x8000;
const MOUNT_ATTR_RDONLY = 1n;
const NS_GET_USERNS = 0xb701;
/** The same number on every processor that Linux gave one numbering since 2019. */
const SYS_MOUNT_SETATTR = 442;
