import { readFile, realpath, stat } from './files.ts';
import { manifestsIn } from './folder.ts';
import { type Source, SourceError } from './source.ts';
import { systemReason } from './system-reason.ts';
import { textOf } from './utf8.ts';

export interface ReadOptions {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal;
}

/** The name of standard input in places. */
const STDIN = '<stdin>';

/**
 * Reads files, folders (all manifests below them, sorted by path) and `-`, standard input.
 *
 * A file that is named twice, or is reached through a folder as well, is read once. Every file is
 * taken that is named itself, whatever its name ends with; a folder gives its `*.yaml`, `*.yml` and
 * `*.json`, without `node_modules` and what begins with a dot.
 *
 * @throws {SourceError} for the first path that cannot be read.
 * @throws the signal's reason when it aborts.
 */
export async function readSources(
  paths: readonly string[],
  { stdin, signal }: ReadOptions,
): Promise<readonly Source[]> {
  const sources: Source[] = [];
  const seen = new Set<string>();
  const read = async (path: string): Promise<void> => {
    signal?.throwIfAborted();
    const identity = await orThrow(path, realpath(path));
    if (seen.has(identity)) return;
    seen.add(identity);
    const bytes = await orThrow(path, readFile(path), signal);
    sources.push({ name: path, text: textOf(path, bytes) });
  };
  for (const path of paths) {
    if (path === '-') {
      if (!seen.has(path)) sources.push(await readStream(stdin, signal));
      seen.add(path);
      continue;
    }
    const kind = await kindOf(path);
    if (kind === 'file') await read(path);
    else
      for (const file of await orThrow(path, manifestsIn(path, signal), signal)) await read(file);
  }
  return sources;
}

async function kindOf(path: string): Promise<'file' | 'folder'> {
  if (/^https?:\/\//u.test(path)) {
    const message = `\`${path}\` is an address, not a file: pipe it in (curl -L ${path} | ringfence ... -f -)`;
    throw new SourceError('notFound', message);
  }
  const stats = await orThrow(path, stat(path));
  if (stats.isDirectory()) return 'folder';
  // A pipe is what the shell passes for <(command).
  if (stats.isFile() || stats.isFIFO() || stats.isCharacterDevice()) return 'file';
  throw new SourceError('notAFile', `\`${path}\` is neither a file nor a folder`);
}

async function readStream(
  stream: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<Source> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) {
    signal?.throwIfAborted();
    chunks.push(chunk);
  }
  return { name: STDIN, text: textOf('standard input', Buffer.concat(chunks)) };
}

/** Gives what the file system refuses a code and a sentence. */
async function orThrow<T>(path: string, work: Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await work;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof SourceError || !(error instanceof Error)) throw error;
    const code = 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new SourceError('notFound', `no such file or folder: \`${path}\``, { cause: error });
    }
    throw new SourceError('notReadable', `cannot read \`${path}\`: ${systemReason(error, path)}`, {
      cause: error,
    });
  }
}
