import { closeSync, constants, openSync } from 'node:fs';
import * as libc from '../ffi/libc.ts';
import { SystemError } from '../ffi/system-error.ts';
import { type HeldNamespace, holdNamespace, mayComeBack } from './held-namespace.ts';

const CLONE_NEWNS = 0x2_0000;
const OWN = '/proc/thread-self/ns/mnt';
/** Stands for a folder that may not even be readable. */
const O_PATH = 0o1000_0000;

/**
 * Makes a mount namespace: a copy of this one, in which `prepare` mounts what is to be different.
 * What is mounted later in either is not seen in the other.
 *
 * Only this thread is away, and only while `prepare` runs, which must be synchronous: a thread that
 * it started, as the first asynchronous call of a process does, would stay away for ever, and the
 * process is aborted. This thread has a working directory of its own from then on: a process that
 * does this must not change it later, or its other threads would still use the old one.
 *
 * @throws {SystemError} `EPERM` where this thread has no right to leave, or could not come back.
 */
export function makeMountNamespace(prepare: () => void): HeldNamespace {
  const home = openHome();
  try {
    if (!mayComeBack(home.namespace)) throw new SystemError('EPERM', 'setns');
    libc.unshare(CLONE_NEWNS);
  } catch (error) {
    closeHome(home);
    throw error;
  }
  try {
    // Before anything is mounted: a copy of a shared mount would show it to the whole machine.
    libc.makeMountsPrivate('/');
    prepare();
    return holdNamespace(openSync(OWN, 'r'));
  } finally {
    comeHome(home);
  }
}

/** What a thread loses when it enters a mount namespace, all as descriptors. */
interface Home {
  readonly namespace: number;
  readonly root: number;
  readonly folder: number;
}

function openHome(): Home {
  const folder = O_PATH | constants.O_DIRECTORY;
  const opened: number[] = [];
  const open = (file: string, flags: string | number): number => {
    const fd = openSync(file, flags);
    opened.push(fd);
    return fd;
  };
  try {
    return { namespace: open(OWN, 'r'), root: open('/', folder), folder: open('.', folder) };
  } catch (error) {
    for (const fd of opened) closeSync(fd);
    throw error;
  }
}

/** A thread that cannot come home would open and write the wrong files. */
function comeHome(home: Home): void {
  try {
    // Entering puts the thread at the namespace's own root, which need not be where it was.
    libc.setNamespace(home.namespace, CLONE_NEWNS);
    libc.changeFolder(home.root);
    libc.changeRoot('.');
    libc.changeFolder(home.folder);
  } catch {
    process.abort();
  }
  closeHome(home);
}

function closeHome({ namespace, root, folder }: Home): void {
  closeSync(namespace);
  closeSync(root);
  closeSync(folder);
}
