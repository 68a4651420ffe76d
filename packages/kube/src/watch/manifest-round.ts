import type { Change, KubernetesObject } from '@ringfence/core';
import type { Loaded, LocatedIssue } from '../manifests/loaded.ts';
import type { SourceError } from '../sources/source.ts';
import { changesBetween } from './changes.ts';
import type { Watching } from './folder-watches.ts';

interface AnyRound {
  /** What is in force after this round: all objects of the last manifests that were sound. */
  readonly objects: readonly KubernetesObject[];
  /** Of the manifests as they are now. */
  readonly warnings: readonly LocatedIssue[];
  readonly watching: Watching;
}

/** The manifests are sound: what they say is in force. */
interface RoundInForce extends AnyRound {
  readonly kind: 'inForce';
  /** What was not so before; empty where only the issues, or the way of watching, are new. */
  readonly changes: readonly Change[];
}

/** Something is wrong with the manifests as they are now: nothing changes until it is mended. */
interface RejectedRound extends AnyRound {
  readonly kind: 'rejected';
  /** Not empty where `errors` is. */
  readonly unread: readonly SourceError[];
  readonly errors: readonly LocatedIssue[];
}

/** What became of the manifests after some edits. */
export type ManifestRound = RoundInForce | RejectedRound;

/** Remembers what is in force. @returns undefined where there is nothing new to tell. */
export function createRounds(): (
  loaded: Loaded,
  unread: readonly SourceError[],
  watching: Watching,
) => ManifestRound | undefined {
  let last: ManifestRound | undefined;
  return (loaded, unread, watching) => {
    const { errors, warnings } = loaded;
    const before = last?.objects ?? [];
    const round: ManifestRound =
      errors.length > 0 || unread.length > 0
        ? { kind: 'rejected', unread, errors, objects: before, warnings, watching }
        : {
            kind: 'inForce',
            changes: changesBetween(before, loaded.objects),
            objects: loaded.objects,
            warnings,
            watching,
          };
    const isNew = last === undefined || hasNews(last, round);
    last = round;
    return isNew ? round : undefined;
  };
}

function hasNews(last: ManifestRound, round: ManifestRound): boolean {
  if (round.kind === 'inForce' && round.changes.length > 0) return true;
  const { isDeepStrictEqual } = process.getBuiltinModule('node:util');
  return !isDeepStrictEqual(reportOf(last), reportOf(round));
}

/** What a round says besides the objects. */
function reportOf(round: ManifestRound): unknown {
  const { kind, warnings, watching } = round;
  if (kind === 'inForce') return { kind, warnings, watching };
  return { kind, warnings, watching, errors: round.errors, unread: round.unread };
}
