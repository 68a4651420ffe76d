import { closeSync } from 'node:fs';
import * as libc from '../ffi/libc.ts';
import { SystemError } from '../ffi/system-error.ts';

/** A namespace, held open: it exists at least as long as it is not closed. */
export interface HeldNamespace {
  readonly fd: number;
  close(): void;
}

/** Holds the namespace that a descriptor stands for, and owns the descriptor from then on. */
export function holdNamespace(fd: number): HeldNamespace {
  return { fd, close: () => closeSync(fd) };
}

/**
 * Says whether who leaves a namespace may come back: only one that belongs to this process's user
 * namespace, or to one within it, can be entered. Rootless, that is one that was made after the
 * user namespace.
 */
export function mayComeBack(fd: number): boolean {
  try {
    libc.close(libc.namespaceOwner(fd));
    return true;
  } catch (error) {
    if (error instanceof SystemError && error.code === 'EPERM') return false;
    throw error;
  }
}
