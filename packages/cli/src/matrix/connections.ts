import { type Allowance, type Family, isNoTraffic, unreachable } from '@ringfence/core';
import type { MatrixEnd } from './matrix-end.ts';
import { type ShownPair, pairsIn, type View } from './view.ts';

/** What one end may send another, in one family or in all that they share. */
export interface MatrixConnection {
  readonly from: MatrixEnd;
  readonly to: MatrixEnd;
  /** Set only where the families differ. */
  readonly family: Family | undefined;
  readonly allow: Allowance;
}

/** Every pair that is printed, denied ones too. A pair whose families differ comes twice. */
export function* connectionsIn(view: View): Iterable<MatrixConnection> {
  for (const pair of pairsIn(view)) yield* connectionsOf(pair);
}

/** The same without those on which surely nothing may pass: they are not listed. */
export function* listedIn(view: View): Iterable<MatrixConnection> {
  for (const pair of pairsIn(view)) {
    // Most pairs are denied: they cost no more than a look.
    if (pair.answer.kind === 'same' && isDenied(pair.answer)) continue;
    for (const connection of connectionsOf(pair)) if (!isDenied(connection)) yield connection;
  }
}

function isDenied({ allow }: Pick<MatrixConnection, 'allow'>): boolean {
  return isNoTraffic(allow.allowed) && isNoTraffic(allow.unknown);
}

function connectionsOf({ from, to, answer }: ShownPair): readonly MatrixConnection[] {
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
