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

/** The same for one source and all ends. */
export function entriesFrom(view: View, from: MatrixEnd): readonly ColumnEntry[] {
  const answers = view.answersFrom(from);
  const itself = isLonePod(from) ? from : undefined;
  return view.all.map((to) => (to === itself ? ITSELF : (answers[to.end.index] ?? NOT_ASKED)));
}

/** What each source finds at one destination. */
export function entriesTo(view: View, to: MatrixEnd): readonly ColumnEntry[] {
  const answers = view.answersTo(to);
  const itself = isLonePod(to) ? to : undefined;
  return view.sources.map((from) =>
    from === itself ? ITSELF : (answers[from.end.index] ?? NOT_ASKED),
  );
}

/** Its traffic to itself is never subject to policy, so that a row about it would be noise. */
function isLonePod({ end }: MatrixEnd): boolean {
  return end.kind === 'pods' && end.pods.length === 1 && end.pods[0]?.standIn === false;
}
