import type { Dirent, Stats } from 'node:fs';

// An `import` of node:fs would load its streams, and its promises their own: tenths of a start.
const fs = process.getBuiltinModule('node:fs');

/**
 * The file system, read without the detour through other threads: a handful of small files is what
 * people have, and for those the detour takes longer than the reading.
 */
export async function readFile(path: string): Promise<Uint8Array> {
  return fs.readFileSync(path);
}

/** What a path leads to, past symbolic links. */
export async function stat(path: string): Promise<Stats> {
  return fs.statSync(path);
}

/** The one path of a file or folder that has many. */
export async function realpath(path: string): Promise<string> {
  return fs.realpathSync.native(path);
}

/** What is in a folder. */
export async function readdir(path: string): Promise<readonly Dirent[]> {
  return fs.readdirSync(path, { withFileTypes: true });
}
