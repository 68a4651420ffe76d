import { isPassedOver } from '../sources/folder.ts';
import type { Lookup } from './trail.ts';

/** What of a folder matters. */
export interface Interest {
  /** Whether whatever appears in it may be a manifest, or a folder of them. */
  readonly newcomers: boolean;
  readonly names: ReadonlySet<string>;
}

/** Says what matters, by folder; a folder is a path without links. */
export interface Interests {
  /** Something that is there, or that would matter if it were. */
  lookup(lookup: Lookup): void;
  /** All that may be a manifest. */
  newcomers(folder: string): void;
  readonly byFolder: ReadonlyMap<string, Interest>;
}

export function createInterests(): Interests {
  const byFolder = new Map<string, { newcomers: boolean; readonly names: Set<string> }>();
  const of = (folder: string): { newcomers: boolean; readonly names: Set<string> } => {
    const known = byFolder.get(folder);
    if (known !== undefined) return known;
    const interest = { newcomers: false, names: new Set<string>() };
    byFolder.set(folder, interest);
    return interest;
  };
  return {
    byFolder,
    lookup({ folder, name }) {
      of(folder).names.add(name);
    },
    newcomers(folder) {
      of(folder).newcomers = true;
    },
  };
}

/** Tells whether something that appeared, or went, may matter. */
export function mayMatter({ newcomers, names }: Interest, name: string): boolean {
  return names.has(name) || (newcomers && !isPassedOver(name));
}
