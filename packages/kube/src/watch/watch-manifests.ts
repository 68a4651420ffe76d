import type { ManifestRound } from './manifest-round.ts';
import type { WatchOptions, WatchWorld } from './rounds.ts';

/**
 * Reads manifests from files, folders and `-`, and follows edits: `readSources` and `readManifests`,
 * again whenever something changes.
 *
 * The first round is what there is to begin with; then there is one for every burst of edits that
 * makes a difference in meaning, in what is wrong, or in how edits are noticed. All sources count as
 * one: while anything is wrong with any of them, nothing changes, and once it is mended the whole
 * difference comes in one round. Where the paths lead may change, go and come back; what is removed
 * is deleted, but a path that leads nowhere, and a folder without manifests, is an error.
 *
 * Ends when the signal aborts. Edits are not missed while a round is being worked on: they are in
 * the next one.
 */
export async function* watchManifests(
  paths: readonly string[],
  options: WatchOptions,
): AsyncGenerator<ManifestRound, void, undefined> {
  // Most commands read once: they need not load what follows edits.
  const [{ rounds }, { watchFolder }] = await Promise.all([
    import('./rounds.ts'),
    import('./watch-folder.ts'),
  ]);
  yield* rounds(paths, options, { ...WORLD, watch: watchFolder });
}

const WORLD: Omit<WatchWorld, 'watch'> = {
  clock: {
    now: () => performance.now(),
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  },
  now: () => Date.now(),
  pollMs: 1_000,
};
