import { systemReason } from '../sources/system-reason.ts';
import { networkFileSystemOf } from './network-file-system.ts';

// For the reason given in `files.ts`.
const fs = process.getBuiltinModule('node:fs');

export interface FolderListener {
  /** `rename` for what came, went, or took the place of something. */
  event(type: 'rename' | 'change', name: string | null): void;
  /** No more events will come. */
  refused(reason: string): void;
}

export type FolderWatch =
  | { readonly kind: 'open'; close(): void }
  /** There is no such folder (any more). */
  | { readonly kind: 'gone' }
  /** The system does not tell of what happens in it, or not of everything. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Watches one folder by inotify, not what is below it. */
export function watchFolder(folder: string, listener: FolderListener): FolderWatch {
  try {
    const network = networkFileSystemOf(folder);
    if (network !== undefined) {
      const reason = `\`${folder}\` is on ${network}, where not every change is told of`;
      return { kind: 'refused', reason };
    }
    const watcher = fs.watch(folder, (type, name) => listener.event(type, name));
    watcher.on('error', (error) => listener.refused(refusal(folder, error)));
    return { kind: 'open', close: () => watcher.close() };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return { kind: 'gone' };
    return { kind: 'refused', reason: refusal(folder, error) };
  }
}

function refusal(folder: string, error: Error): string {
  const known = 'code' in error ? LIMITS.get(error.code) : undefined;
  return `cannot watch \`${folder}\`: ${known ?? systemReason(error, folder)}`;
}

/** What is a word about disks and files for the system, but is about watches here. */
const LIMITS: ReadonlyMap<unknown, string> = new Map([
  ['ENOSPC', 'the limit of watches is reached (sysctl fs.inotify.max_user_watches)'],
  ['EMFILE', 'the limit of watchers is reached (sysctl fs.inotify.max_user_instances)'],
]);
