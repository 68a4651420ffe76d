import type { MatrixEnd } from './matrix-end.ts';
import type { ColumnEntry } from './traffic-rows.ts';
import type { View } from './view.ts';

const NOT_ASKED: ColumnEntry = { kind: 'notAsked' };
const ITSELF: ColumnEntry = { kind: 'itself' };

/** What one source finds at one destination, as tables show it. */
export function entryFor(view: View, from: MatrixEnd, to: MatrixEnd): ColumnEntry {
  if (from === to && isLonePod(from)) return ITSELF;
  return view.answer(from, to) ?? NOT_ASKED;
}

/** The same for one source and many destinations. */
export function entriesFrom(
  view: View,
  from: MatrixEnd,
  destinations: readonly MatrixEnd[],
): readonly ColumnEntry[] {
  const answers = view.answersFrom(from);
  const itself = isLonePod(from) ? from : undefined;
  return destinations.map((to) => (to === itself ? ITSELF : (answers[to.end.index] ?? NOT_ASKED)));
}

/** The sources by what they find at one destination: very many find one of very few things. */
export function findersOf(
  { answersTo, sources }: View,
  to: MatrixEnd,
): ReadonlyMap<ColumnEntry, readonly MatrixEnd[]> {
  const answers = answersTo(to);
  const itself = isLonePod(to) ? to : undefined;
  const finders = new Map<ColumnEntry, MatrixEnd[]>();
  let [last, alike]: [ColumnEntry | undefined, MatrixEnd[]] = [undefined, []];
  for (const from of sources) {
    const entry = from === itself ? ITSELF : (answers[from.end.index] ?? NOT_ASKED);
    // Neighbours mostly find the same.
    if (entry !== last) {
      last = entry;
      alike = finders.get(entry) ?? [];
      finders.set(entry, alike);
    }
    alike.push(from);
  }
  return finders;
}

/** Its traffic to itself is never subject to policy, so that a row about it would be noise. */
function isLonePod({ end }: MatrixEnd): boolean {
  return end.kind === 'pods' && end.pods.length === 1 && end.pods[0]?.standIn === false;
}
