import { openSync } from 'node:fs';
import * as libc from '../ffi/libc.ts';
import { type HeldNamespace, holdNamespace, mayComeBack } from './held-namespace.ts';

const CLONE_NEWUTS = 0x400_0000;
const OWN = '/proc/thread-self/ns/uts';

/**
 * Makes a UTS namespace: there, this machine has another name, of at most 64 bytes.
 *
 * @returns `undefined` where this thread could not come back: rootless, in a process that was
 *   started without a UTS namespace of its own.
 * @throws {SystemError}
 */
export function makeUtsNamespace(hostname: string): HeldNamespace | undefined {
  const home = openSync(OWN, 'r');
  try {
    if (!mayComeBack(home)) return undefined;
    libc.unshare(CLONE_NEWUTS);
    try {
      libc.setHostname(hostname);
      return holdNamespace(openSync(OWN, 'r'));
    } finally {
      comeHome(home);
    }
  } finally {
    libc.close(home);
  }
}

/** A thread that cannot come home would name the wrong machine. */
function comeHome(home: number): void {
  try {
    libc.setNamespace(home, CLONE_NEWUTS);
  } catch {
    process.abort();
  }
}
