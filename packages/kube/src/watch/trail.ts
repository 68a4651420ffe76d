import { isAbsolute, join } from 'node:path';

// For the reason given in `files.ts`.
const fs = process.getBuiltinModule('node:fs');

/** A name, and the folder (past all links) that it is looked up in. */
export interface Lookup {
  readonly folder: string;
  readonly name: string;
}

/** The way that the system takes from a path to what it leads to. */
export interface Trail {
  /** Every name that is looked up, those behind symbolic links too. */
  readonly lookups: readonly Lookup[];
  /** The one path of what is there; undefined where the path leads nowhere. */
  readonly end: string | undefined;
}

/** As many as the system follows. */
const MOST_LINKS = 40;

/**
 * Follows a path name by name: whoever hears of each lookup's folder hears of everything that can
 * make the path lead elsewhere, be it a file that is renamed over, a link that is swapped, or a
 * folder far above that goes and comes back.
 */
export function trailOf(path: string): Trail {
  const lookups: Lookup[] = [];
  const ahead = namesOf(isAbsolute(path) ? path : join(process.cwd(), '/') + path).reverse();
  let at = '/';
  let links = 0;
  for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
    if (name === '..') {
      at = join(at, '..');
      continue;
    }
    lookups.push({ folder: at, name });
    const below = join(at, name);
    const entry = entryAt(below);
    if (entry === undefined) return { lookups, end: undefined };
    if (entry.target === undefined) {
      at = below;
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) return { lookups, end: undefined };
    if (isAbsolute(entry.target)) at = '/';
    ahead.push(...namesOf(entry.target).reverse());
  }
  return { lookups, end: at };
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

/** What is at a path, and where it points if it is a link; why nothing is there is for its reader to say. */
function entryAt(path: string): { readonly target: string | undefined } | undefined {
  try {
    return { target: fs.lstatSync(path).isSymbolicLink() ? fs.readlinkSync(path) : undefined };
  } catch {
    return undefined;
  }
}
