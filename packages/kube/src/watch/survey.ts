import type { BigIntStats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { manifestsIn } from '../sources/folder.ts';
import { readSources } from '../sources/read-sources.ts';
import { SourceError } from '../sources/source.ts';
import { systemReason } from '../sources/system-reason.ts';
import { createInterests, type Interest, type Interests } from './interests.ts';
import { isPassedOver } from '../sources/folder.ts';
import { trailOf } from './trail.ts';

// For the reason given in `files.ts`.
const fs = process.getBuiltinModule('node:fs');

/** A source that was found, but not read. */
export type FoundSource =
  | {
      readonly kind: 'file';
      readonly name: string;
      /** Differs where the bytes may differ. */
      readonly stamp: string;
      /** Milliseconds since 1970. */
      readonly changedAt: number;
    }
  /** Standard input, or a pipe: it can be read once only. */
  | { readonly kind: 'stream'; readonly name: string };

/** What is where the manifests are said to be. */
export interface Survey {
  /** In the order of `readSources`, by its names, each file once. */
  readonly found: readonly FoundSource[];
  /** The paths that lead to nothing that can be read. */
  readonly unread: readonly SourceError[];
  /** Where something has to happen before another survey finds something else. */
  readonly interests: ReadonlyMap<string, Interest>;
}

interface Search {
  readonly signal: AbortSignal;
  readonly found: FoundSource[];
  readonly unread: SourceError[];
  readonly interests: Interests;
  readonly seen: Set<string>;
  /** By path as it is spelled. */
  readonly realFolders: Map<string, string>;
}

/**
 * Finds what `readSources` would read, without reading it.
 *
 * @throws the signal's reason when it aborts.
 */
export async function survey(paths: readonly string[], signal: AbortSignal): Promise<Survey> {
  const interests = createInterests();
  const search: Search = {
    signal,
    found: [],
    unread: [],
    interests,
    seen: new Set(),
    realFolders: new Map(),
  };
  for (const path of paths) {
    signal.throwIfAborted();
    try {
      await surveyPath(path, search);
    } catch (error) {
      signal.throwIfAborted();
      search.unread.push(await explained(path, error));
    }
  }
  return { found: search.found, unread: search.unread, interests: interests.byFolder };
}

/** Tells two surveys apart. */
export function signatureOf({ found, unread }: Survey): string {
  const files = found.map((source) => (source.kind === 'file' ? source.stamp : '-'));
  return JSON.stringify([found.map(({ name }) => name), files, unread.map(({ code }) => code)]);
}

async function surveyPath(path: string, search: Search): Promise<void> {
  const first = path === '-' ? undefined : statsOf(path);
  if (path === '-' || (first !== undefined && !first.isFile() && !first.isDirectory())) {
    if (!search.seen.has(path)) search.found.push({ kind: 'stream', name: path });
    search.seen.add(path);
    return;
  }
  const real = follow(path, search) ?? path;
  // Either there is something by now, or this throws: a path is never left out in silence.
  const stats = first ?? fs.statSync(path, { bigint: true });
  if (stats.isFile()) {
    addFile(path, { real, stats }, search);
    return;
  }
  enter(path, real, new Set(), search);
  for (const file of await manifestsIn(path, search.signal)) addEntry(file, search);
}

/** Why there are none is told once the way there is known. */
function statsOf(path: string): BigIntStats | undefined {
  try {
    return fs.statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}

/** Where a path leads; everything on the way matters from now on. */
function follow(path: string, { interests }: Search): string | undefined {
  const { lookups, end } = trailOf(path);
  for (const lookup of lookups) interests.lookup(lookup);
  return end;
}

/** All folders that `manifestsIn` enters matter, those without manifests too. */
function enter(path: string, real: string, entered: Set<string>, search: Search): void {
  if (entered.has(real)) return;
  entered.add(real);
  search.realFolders.set(path, real);
  search.interests.newcomers(real);
  for (const entry of fs.readdirSync(path, { withFileTypes: true })) {
    if (isPassedOver(entry.name)) continue;
    const below = join(path, entry.name);
    if (entry.isDirectory()) {
      search.interests.lookup({ folder: real, name: entry.name });
      enter(below, join(real, entry.name), entered, search);
    } else if (entry.isSymbolicLink()) {
      const end = follow(below, search);
      if (end !== undefined && fs.statSync(below).isDirectory()) enter(below, end, entered, search);
    }
  }
}

/** Adds a file of a folder; a link in it was followed when the folder was entered. */
function addEntry(path: string, search: Search): void {
  const stats = fs.lstatSync(path, { bigint: true });
  if (stats.isSymbolicLink()) {
    const real = trailOf(path).end ?? path;
    addFile(path, { real, stats: fs.statSync(path, { bigint: true }) }, search);
    return;
  }
  const folder = realFolder(dirname(path), search);
  search.interests.lookup({ folder, name: basename(path) });
  addFile(path, { real: join(folder, basename(path)), stats }, search);
}

function realFolder(path: string, { realFolders }: Search): string {
  const known = realFolders.get(path);
  if (known !== undefined) return known;
  const real = trailOf(path).end ?? path;
  realFolders.set(path, real);
  return real;
}

function addFile(
  name: string,
  { real, stats }: { readonly real: string; readonly stats: BigIntStats },
  { seen, found }: Search,
): void {
  if (seen.has(real)) return;
  seen.add(real);
  const { dev, ino, size, mtimeNs, ctimeNs, ctimeMs } = stats;
  const stamp = [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  found.push({ kind: 'file', name, stamp, changedAt: Number(ctimeMs) });
}

/** Says what is wrong with a path as `readSources` says it, which finds the same. */
async function explained(path: string, error: unknown): Promise<SourceError> {
  if (error instanceof SourceError) return error;
  if (!(error instanceof Error) || !('syscall' in error)) throw error;
  try {
    await readSources([path], { stdin: NOTHING });
  } catch (said) {
    if (said instanceof SourceError) return said;
    throw said;
  }
  // It was there again by then.
  const reason = systemReason(error, path);
  return new SourceError('notReadable', `cannot read \`${path}\`: ${reason}`, { cause: error });
}

/** Paths are asked for here, never standard input. */
const NOTHING: AsyncIterable<Uint8Array> = {
  async *[Symbol.asyncIterator]() {},
};
