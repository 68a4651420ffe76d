import type { ManifestOptions } from '../manifests/read-manifests.ts';
import { createFolderWatches, type FolderWatches } from './folder-watches.ts';
import { createRounds, type ManifestRound } from './manifest-round.ts';
import { type Clock, createQuiet, type Quiet } from './quiet.ts';
import { createManifestReader } from './reader.ts';
import { type Survey, signatureOf, survey } from './survey.ts';
import { createTextReader } from './texts.ts';
import type { FolderListener, FolderWatch } from './watch-folder.ts';

export interface WatchOptions extends ManifestOptions {
  /** Read once, where `-` is among the paths. */
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
  /** So long nothing may happen before edits are read, in milliseconds. @default {50} */
  readonly debounceMs?: number;
  /** Is told when edits were noticed that are in no round yet, and when all that were are in one. */
  readonly onPending?: (pending: boolean) => void;
}

/** What rounds need of the machine, besides its files. */
export interface WatchWorld {
  readonly watch: (folder: string, listener: FolderListener) => FolderWatch;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** How often it is looked where watching is refused. */
  readonly pollMs: number;
}

const DEBOUNCE_MS = 50;
/**
 * Whoever writes on and on is read all the same; not soon, as half of a checkout lacks policies that
 * the whole of it has.
 */
const MOST_MS = 5_000;
/** So often new folders are looked into that come while new folders are looked into. */
const MOST_SURVEYS = 10;

/** The rounds of `watchManifests`, in any world. */
export async function* rounds(
  paths: readonly string[],
  options: WatchOptions,
  world: WatchWorld,
): AsyncGenerator<ManifestRound, void, undefined> {
  const { signal, debounceMs = DEBOUNCE_MS } = options;
  const mostMs = Math.max(MOST_MS, debounceMs);
  const quiet = createQuiet({ debounceMs, mostMs, clock: world.clock });
  const { onPending = () => {} } = options;
  const touch = (): void => {
    onPending(true);
    quiet.touch();
  };
  const watches = createFolderWatches({ watch: world.watch, touch });
  const waiting: Waiting = { paths, quiet, watches, signal, pollMs: world.pollMs };
  const texts = createTextReader({ stdin: options.stdin, signal, now: world.now });
  const read = createManifestReader(options);
  const roundOf = createRounds();
  signal.addEventListener('abort', quiet.interrupt);
  try {
    while (!signal.aborted) {
      quiet.begin();
      const seen = await surveyed(waiting);
      const { sources, unread } = await texts.read(seen.found);
      const loaded = read(sources);
      // What happened meanwhile is heard of before anything is made of what was read.
      await new Promise(setImmediate);
      if (quiet.finish()) {
        const round = roundOf(loaded, [...seen.unread, ...unread], watches.watching());
        if (round !== undefined) yield round;
        onPending(quiet.pending());
      }
      await changed(seen, waiting);
    }
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
  } finally {
    signal.removeEventListener('abort', quiet.interrupt);
    watches.close();
  }
}

/** Finds the sources, with everything watched that was looked into. */
async function surveyed({ paths, watches, quiet, signal }: Waiting): Promise<Survey> {
  let seen = await survey(paths, signal);
  for (let surveys = 1; watches.follow(seen.interests); surveys += 1) {
    if (surveys === MOST_SURVEYS) {
      quiet.touch();
      break;
    }
    // What happened before it was watched shows in the next one.
    seen = await survey(paths, signal);
  }
  return seen;
}

interface Waiting {
  readonly paths: readonly string[];
  readonly quiet: Quiet;
  readonly watches: FolderWatches;
  readonly signal: AbortSignal;
  readonly pollMs: number;
}

/** Waits until something changed, and no more does. */
async function changed(
  seen: Survey,
  { paths, quiet, watches, signal, pollMs }: Waiting,
): Promise<void> {
  let before = signatureOf(seen);
  while (!signal.aborted && !quiet.due()) {
    const polling = watches.watching().kind === 'polling';
    await quiet.pause(polling ? pollMs : Infinity);
    if (!polling) continue;
    const now = signatureOf(await survey(paths, signal));
    if (now !== before) quiet.touch();
    before = now;
  }
}
