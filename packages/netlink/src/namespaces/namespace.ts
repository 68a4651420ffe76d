import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as libc from '../ffi/libc.ts';
import { SystemError } from '../ffi/system-error.ts';

/** A network namespace, held open: it exists at least as long as it is not closed. */
export interface NetworkNamespace {
  readonly fd: number;
  /**
   * Runs something in the namespace and comes back. It must be synchronous: sockets that it opens
   * stay in the namespace, and so do programs that it starts.
   */
  enter<T>(run: () => T): T;
  close(): void;
}

const CLONE_NEWNET = 0x4000_0000;
const OWN = '/proc/thread-self/ns/net';

/** The namespace that this thread is in. */
export function currentNamespace(): NetworkNamespace {
  return namespaceOn(openSync(OWN, 'r'));
}

/** Opens a namespace by a file that stands for it: `/proc/1/ns/net`, `/run/netns/web`. */
export function openNamespace(file: string): NetworkNamespace {
  return namespaceOn(openSync(file, 'r'));
}

/** Makes a namespace, with nothing in it but a loopback interface that is down. */
export function makeNamespace(): NetworkNamespace {
  return away(() => libc.unshare(CLONE_NEWNET), currentNamespace);
}

/**
 * Gives a namespace a file, so that other programs find it (`ip netns exec`), and so that it stays
 * when this process ends. Needs the right to mount.
 */
export function nameNamespace(namespace: NetworkNamespace, file: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '', { flag: 'wx' });
  try {
    libc.bindMount(`/proc/self/fd/${namespace.fd}`, file);
  } catch (error) {
    rmSync(file);
    throw error;
  }
}

/**
 * Makes a folder one in which namespaces can be given files, as `ip netns` does: what is mounted in
 * it is seen by all, whoever mounts the folder once more. Needs the right to mount.
 */
export function shareNames(folder: string): void {
  mkdirSync(folder, { recursive: true });
  try {
    libc.shareMounts(folder);
  } catch (error) {
    // Only what is mounted can be shared.
    if (!(error instanceof SystemError) || error.code !== 'EINVAL') throw error;
    libc.bindMountTree(folder, folder);
    libc.shareMounts(folder);
  }
}

/** Takes a namespace's file away; it goes when nobody else uses it. */
export function forgetNamespace(file: string): void {
  libc.unmount(file);
  rmSync(file);
}

function namespaceOn(fd: number): NetworkNamespace {
  return {
    fd,
    enter: (run) => away(() => libc.setNamespace(fd, CLONE_NEWNET), run),
    close: () => closeSync(fd),
  };
}

/** Moves this thread into another namespace, runs something there, and brings it home. */
function away<T>(leave: () => void, run: () => T): T {
  const home = openSync(OWN, 'r');
  try {
    leave();
  } catch (error) {
    // Who has no right to leave is still at home.
    closeSync(home);
    throw error;
  }
  try {
    return run();
  } finally {
    comeHome(home);
  }
}

/** A thread that cannot come home would open the next sockets in the wrong place. */
function comeHome(home: number): void {
  try {
    libc.setNamespace(home, CLONE_NEWNET);
  } catch {
    process.abort();
  }
  closeSync(home);
}
