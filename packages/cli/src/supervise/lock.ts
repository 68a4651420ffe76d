import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isRunning, type ProcessRef, processRef } from './process-ref.ts';

/**
 * Takes a lock file for this process, as long as it runs: who is killed holds nothing any more.
 *
 * @returns the process that holds it, where it is not this one.
 */
export function takeLock(file: string): ProcessRef | undefined {
  const own = processRef(process.pid);
  if (own === undefined) throw new Error('this process cannot see itself in /proc');
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  for (;;) {
    try {
      writeFileSync(file, JSON.stringify(own), { flag: 'wx' });
      return undefined;
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
    const holder = holderOf(file);
    if (holder !== undefined) return holder;
    discard(file);
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

/** Gives a lock back. */
export function releaseLock(file: string): void {
  rmSync(file, { force: true });
}

/** Takes a dead holder's lock away; one that somebody else took meanwhile is put back. */
function discard(file: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (holderOf(aside) !== undefined) linkSync(aside, file);
  } catch (error) {
    if (!isCode(error, 'ENOENT') && !isCode(error, 'EEXIST')) throw error;
  }
  rmSync(aside, { force: true });
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
