import type { ManifestRound } from '../watch/manifest-round.ts';
import type { WatchOptions } from '../watch/rounds.ts';
import { renderIssue } from '../manifests/render-issue.ts';
import { watchManifests } from '../watch/watch-manifests.ts';
import type { ObjectListener, ObjectSource } from './object-source.ts';

export interface ManifestSourceOptions extends Omit<WatchOptions, 'signal'> {
  /** Is told every round, before who follows is: a source tells of no warnings. */
  readonly onRound?: (round: ManifestRound) => void;
}

/**
 * Makes a source of manifests that are watched. While anything is wrong with them, the last sound
 * ones hold, and nothing is known before the first sound ones.
 *
 * Its versions count the rounds: `1` is the first sound one.
 *
 * @param paths files, folders, or `-` for standard input.
 */
export function manifestSource(
  paths: readonly string[],
  { onRound = () => {}, ...options }: ManifestSourceOptions,
): ObjectSource {
  return {
    async follow(listener, signal) {
      let version = 0;
      for await (const round of watchManifests(paths, { ...options, signal })) {
        onRound(round);
        if (round.kind === 'inForce') version += 1;
        tell(listener, round, version);
      }
    },
  };
}

function tell(listener: ObjectListener, round: ManifestRound, version: number): void {
  if (round.kind === 'rejected') listener.trouble(troubleText(round));
  else if (version === 1) listener.replace(round.objects, `${version}`);
  else listener.change(round.changes, `${version}`);
}

function troubleText({ unread, errors }: Extract<ManifestRound, { kind: 'rejected' }>): string {
  const texts = [...unread.map(({ message }) => message), ...errors.map(renderIssue)];
  return `the manifests cannot be used: ${texts.join('; ')}`;
}
