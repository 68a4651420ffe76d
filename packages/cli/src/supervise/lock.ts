import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isRunning, type ProcessRef, processRef } from './process-ref.ts';

/**
 * Takes a lock file for this process, as long as it runs: who is killed holds nothing any more.
 *
 * @returns the process that holds it, where it is not this one.
 */
export function takeLock(file: string): ProcessRef | undefined {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  for (;;) {
    if (tryLink(file)) return undefined;
    const holder = holderOf(file);
    if (holder !== undefined) return holder;
    breakLock(file);
  }
}

/** The running process that holds a lock. */
export function holderOf(file: string): ProcessRef | undefined {
  try {
    const held: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isRef(held) && isRunning(held) ? held : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Gives a lock back; somebody else's stays. */
export function releaseLock(file: string): void {
  const holder = holderOf(file);
  if (holder === undefined || holder.pid === process.pid) rmSync(file, { force: true });
}

/** Makes the file, whole from the first moment, unless it is there. */
function tryLink(file: string): boolean {
  const own = processRef(process.pid);
  if (own === undefined) throw new Error('this process cannot see itself in /proc');
  const whole = `${file}.${process.pid}`;
  writeFileSync(whole, JSON.stringify(own));
  try {
    linkSync(whole, file);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(whole, { force: true });
  }
}

/** Takes a dead holder's lock away. Only one does at a time: the next one may be taken already. */
function breakLock(file: string): void {
  const breaking = `${file}.breaking`;
  if (!tryLink(breaking)) {
    // Who was killed while he broke a lock breaks none any more.
    if (holderOf(breaking) === undefined) rmSync(breaking, { force: true });
    return;
  }
  try {
    if (holderOf(file) === undefined) rmSync(file, { force: true });
  } finally {
    rmSync(breaking, { force: true });
  }
}

function isRef(value: unknown): value is ProcessRef {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'started' in value &&
    typeof value.started === 'string'
  );
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
