import { basename } from 'node:path';
import { type Interest, mayMatter } from './interests.ts';
import type { FolderListener, FolderWatch } from './watch-folder.ts';

// For the reason given in `files.ts`.
const fs = process.getBuiltinModule('node:fs');

/** How edits are noticed: as the system tells of them, or by looking again every second. */
export type Watching =
  | { readonly kind: 'events' }
  | { readonly kind: 'polling'; readonly reason: string };

/** The folders that are watched just now. */
export interface FolderWatches {
  /**
   * Watches these folders and no others.
   *
   * @returns whether any of them was not watched until now, so that something may have been missed.
   */
  follow(interests: ReadonlyMap<string, Interest>): boolean;
  watching(): Watching;
  close(): void;
}

/** A folder that is watched, or could not be. */
interface Watched {
  readonly identity: string;
  interest: Interest;
  /** What came since the last survey, and may be written to before anyone knows what it is. */
  readonly newcomers: Set<string>;
  /** The folder may be gone, or be another one by now. */
  stale: boolean;
  /** Empty while it is watched. */
  refused: string;
  close(): void;
}

/** @param of.touch something happened that may matter. */
export function createFolderWatches(of: {
  readonly watch: (folder: string, listener: FolderListener) => FolderWatch;
  readonly touch: () => void;
}): FolderWatches {
  const folders = new Map<string, Watched>();
  return {
    follow(interests) {
      for (const [folder, watched] of folders) {
        if (interests.has(folder) && isCurrent(folder, watched)) continue;
        watched.close();
        folders.delete(folder);
      }
      let missed = false;
      for (const [folder, interest] of interests) {
        const watched = folders.get(folder);
        if (watched === undefined) {
          missed = begin(folder, interest) || missed;
          continue;
        }
        watched.interest = interest;
        watched.newcomers.clear();
      }
      return missed;
    },
    watching() {
      for (const { refused } of folders.values()) {
        if (refused !== '') return { kind: 'polling', reason: refused };
      }
      return { kind: 'events' };
    },
    close() {
      for (const { close } of folders.values()) close();
      folders.clear();
    },
  };

  /** @returns whether it is watched from now on, or went meanwhile; not where it is refused. */
  function begin(folder: string, interest: Interest): boolean {
    const watched: Watched = {
      // Before it is watched, so that a folder that takes its place is another one.
      identity: identityOf(folder),
      interest,
      newcomers: new Set(),
      stale: false,
      refused: '',
      close() {},
    };
    const watch = of.watch(folder, {
      event(type, name) {
        if (matters(folder, watched, type, name)) of.touch();
      },
      refused(reason) {
        watched.refused = reason;
        of.touch();
      },
    });
    if (watch.kind === 'gone') return true;
    folders.set(folder, watched);
    if (watch.kind === 'open') watched.close = () => watch.close();
    else watched.refused = watch.reason;
    return watch.kind === 'open';
  }
}

/** A refused folder is tried again each time. */
function isCurrent(folder: string, { stale, refused, identity }: Watched): boolean {
  return !stale && refused === '' && identity === identityOf(folder);
}

/** Other for another folder in the same place, as far as the file system has other numbers for it. */
function identityOf(folder: string): string {
  try {
    const { dev, ino } = fs.statSync(folder);
    return `${dev} ${ino}`;
  } catch {
    return '';
  }
}

function matters(
  folder: string,
  watched: Watched,
  type: 'rename' | 'change',
  name: string | null,
): boolean {
  if (name === null) return true;
  // So the end of the folder itself is told, too.
  if (type === 'rename' && name === basename(folder)) {
    watched.stale = true;
    return true;
  }
  // A log that grows beside the manifests is nothing to look at.
  if (type === 'change') return watched.interest.names.has(name) || watched.newcomers.has(name);
  if (!mayMatter(watched.interest, name)) return false;
  watched.newcomers.add(name);
  return true;
}
