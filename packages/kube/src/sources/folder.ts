import type { Dirent } from 'node:fs';

import { join } from 'node:path';
import { readdir, realpath, stat } from './files.ts';
import { SourceError } from './source.ts';

/**
 * Finds every manifest below a folder, sorted by path.
 *
 * Symbolic links are followed, each folder is entered once.
 *
 * @throws {SourceError} `emptyFolder` where there is none.
 */
export async function manifestsIn(
  folder: string,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const files: string[] = [];
  const entered = new Set<string>();
  const enter = async (path: string): Promise<void> => {
    signal?.throwIfAborted();
    const identity = await realpath(path);
    if (entered.has(identity)) return;
    entered.add(identity);
    for (const entry of await readdir(path)) {
      if (isPassedOver(entry.name)) continue;
      const below = join(path, entry.name);
      const kind = await kindOf(entry, below);
      if (kind === 'folder') await enter(below);
      else if (kind === 'file' && MANIFEST.test(entry.name)) files.push(below);
    }
  };
  await enter(folder);
  if (files.length === 0) {
    throw new SourceError('emptyFolder', `no *.yaml, *.yml or *.json in \`${folder}\``);
  }
  return files.sort(byPath);
}

/** Whether an entry of a folder is not looked at. */
export function isPassedOver(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}

const MANIFEST = /\.(?:ya?ml|json)$/u;

async function kindOf(entry: Dirent, path: string): Promise<'file' | 'folder' | 'other'> {
  // A link that leads nowhere is passed over, as an editor's lock files are.
  const target = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry;
  if (target?.isDirectory() === true) return 'folder';
  return target?.isFile() === true ? 'file' : 'other';
}

/** By code units, so that the order is the same under every locale. */
function byPath(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
