import { type Allowance, type Family, isNoTraffic, unreachable } from '@ringfence/core';
import type { Answer } from './answer.ts';
import type { MatrixEnd } from './matrix-end.ts';
import type { View } from './view.ts';

/** What one end may send another, in one family or in all that they share. */
export interface MatrixConnection {
  readonly from: MatrixEnd;
  readonly to: MatrixEnd;
  /** Set only where the families differ. */
  readonly family: Family | undefined;
  readonly allow: Allowance;
}

/**
 * Every pair that is printed, by source and then by destination, denied ones too. A pair whose
 * families differ comes twice.
 */
export function connectionsIn(view: View): Iterable<MatrixConnection> {
  return connectionsWith(view, () => true);
}

/** The same without those on which surely nothing may pass: they are not listed. */
export function listedIn(view: View): Iterable<MatrixConnection> {
  return connectionsWith(
    view,
    ({ allowed, unknown }) => !(isNoTraffic(allowed) && isNoTraffic(unknown)),
  );
}

function* connectionsWith(
  view: View,
  isWanted: (allow: Allowance) => boolean,
): Iterable<MatrixConnection> {
  for (const from of view.sources) yield* connectionsFrom(view, from, isWanted);
}

/** What one source has: the runtime is slow to compile a generator that goes through all pairs. */
function connectionsFrom(
  view: View,
  from: MatrixEnd,
  isWanted: (allow: Allowance) => boolean,
): readonly MatrixConnection[] {
  const connections: MatrixConnection[] = [];
  const answers = view.answersFrom(from);
  for (const to of view.destinations) {
    const answer = answers[to.end.index];
    // Most pairs are denied: they cost no more than a look.
    if (answer === undefined || (answer.kind === 'same' && !isWanted(answer.allow))) continue;
    for (const connection of connectionsOf(from, to, answer)) {
      if (isWanted(connection.allow)) connections.push(connection);
    }
  }
  return connections;
}

function connectionsOf(
  from: MatrixEnd,
  to: MatrixEnd,
  answer: Answer,
): readonly MatrixConnection[] {
  switch (answer.kind) {
    case 'apart':
      return [];
    case 'same':
      return [{ from, to, family: undefined, allow: answer.allow }];
    case 'byFamily':
      return [
        { from, to, family: 'IPv4', allow: answer.IPv4 },
        { from, to, family: 'IPv6', allow: answer.IPv6 },
      ];
    default:
      return unreachable(answer);
  }
}
