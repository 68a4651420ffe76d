import { readSources } from '../sources/read-sources.ts';
import { type Source, SourceError } from '../sources/source.ts';
import type { FoundSource } from './survey.ts';

/** What the found sources hold. */
interface Texts {
  /** The same value as before for a source whose text is the same. */
  readonly sources: readonly Source[];
  readonly unread: readonly SourceError[];
}

/** Reads sources again and again, but each of them only where it may have changed. */
export interface TextReader {
  /** @throws the signal's reason when it aborts. */
  read(found: readonly FoundSource[]): Promise<Texts>;
}

interface Text {
  readonly stamp: string;
  /** Any later change shows in the stamp. */
  readonly settled: boolean;
  readonly result: Source | SourceError;
}

/**
 * So long after a change the next one has another time: some file systems count seconds, two at a
 * time. Until then, a file that keeps its size has to be read to be known.
 */
const SETTLED_MS = 2_000;

export function createTextReader(of: {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}): TextReader {
  let texts: ReadonlyMap<string, Text> = new Map();
  const current = async (source: FoundSource, last: Text | undefined): Promise<Text> => {
    const stamp = source.kind === 'file' ? source.stamp : '';
    if (last?.settled === true && last.stamp === stamp) return last;
    const settled = source.kind === 'stream' || of.now() - source.changedAt >= SETTLED_MS;
    const result = await readOne(source.name, of);
    return { stamp, settled, result: sameText(last?.result, result) ?? result };
  };
  return {
    async read(found) {
      const next = new Map<string, Text>();
      for (const source of found) {
        of.signal.throwIfAborted();
        next.set(source.name, await current(source, texts.get(source.name)));
      }
      texts = next;
      const sources: Source[] = [];
      const unread: SourceError[] = [];
      for (const { result } of next.values()) {
        if (result instanceof SourceError) unread.push(result);
        else sources.push(result);
      }
      return { sources, unread };
    },
  };
}

async function readOne(
  name: string,
  { stdin, signal }: { readonly stdin: AsyncIterable<Uint8Array>; readonly signal: AbortSignal },
): Promise<Source | SourceError> {
  try {
    const reading = (): ReturnType<typeof readSources> => readSources([name], { stdin, signal });
    const [source] = await (name === '-' ? unlessAborted(reading, signal) : reading());
    if (source === undefined) throw new Error(`no source at ${name}`);
    return source;
  } catch (error) {
    if (error instanceof SourceError) return error;
    throw error;
  }
}

/** Standard input may say nothing for ever. */
async function unlessAborted<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work(), promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function sameText(
  last: Source | SourceError | undefined,
  now: Source | SourceError,
): Source | undefined {
  if (last === undefined || last instanceof SourceError || now instanceof SourceError)
    return undefined;
  return last.text === now.text ? last : undefined;
}
