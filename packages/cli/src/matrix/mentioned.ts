import type { ListEntry } from './list.ts';
import type { MatrixEnd } from './matrix-end.ts';
import type { NameMany } from './names.ts';
import type { View } from './view.ts';

/** The ends that a list mentions by their own names, not as members of something. */
export function mentioned(
  { all }: View,
  entries: readonly ListEntry[],
  names: NameMany,
): readonly MatrixEnd[] {
  const said = new Set(
    entries.flatMap(({ to, lines }) => [...names(to), ...lines.flatMap(({ from }) => from)]),
  );
  return all.filter(({ label }) => said.has(label));
}
