import { familiesOf } from './answer.ts';
import type { MatrixEnd } from './matrix-end.ts';
import type { View } from './view.ts';

/**
 * A view as people read it: without the part of the outside that has no address of a family that
 * pods have. In a cluster of one family it would be a row about nobody.
 */
export function tabled(view: View): View {
  const used = new Set(view.all.flatMap((end) => (isMade(end) ? familiesOf(end.end) : [])));
  if (used.size === 0) return view;
  const isMet = ({ end }: MatrixEnd): boolean =>
    end.kind === 'pods' || familiesOf(end).some((family) => used.has(family));
  return {
    ...view,
    all: view.all.filter(isMet),
    sources: view.sources.filter(isMet),
    destinations: view.destinations.filter(isMet),
  };
}

function isMade({ end }: MatrixEnd): boolean {
  return end.kind === 'pods' && end.pods[0]?.standIn === false;
}
