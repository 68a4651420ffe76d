/**
 * The names that somebody may have meant, best first; none where nothing is close.
 *
 * Close is: at most a third of the letters differ, or one name begins with the other.
 */
export function nearestNames(
  wanted: string,
  names: Iterable<string>,
  limit = 3,
): readonly string[] {
  const scored: { readonly name: string; readonly score: number }[] = [];
  for (const name of names) {
    const score = nameDistance(wanted, name);
    if (score !== undefined) scored.push({ name, score });
  }
  scored.sort((left, right) => left.score - right.score || compare(left.name, right.name));
  return scored.slice(0, limit).map(({ name }) => name);
}

/** `; did you mean ...?`, or nothing where no name is close. */
export function didYouMean(wanted: string, names: Iterable<string>): string {
  const near = nearestNames(wanted, names).map((name) => `\`${name}\``);
  return near.length === 0 ? '' : `; did you mean ${near.join(', ')}?`;
}

function nameDistance(wanted: string, name: string): number | undefined {
  const allowed = Math.max(1, Math.floor(Math.max(wanted.length, name.length) / 3));
  const distance = editDistance(wanted.toLowerCase(), name.toLowerCase());
  if (distance <= allowed) return distance;
  const isPart = wanted.length > 1 && (name.startsWith(wanted) || wanted.startsWith(`${name}-`));
  return isPart ? allowed + 1 : undefined;
}

/** Letters to insert, delete or replace; a swap of two neighbours counts as one. */
function editDistance(left: string, right: string): number {
  let before: readonly number[] = [];
  let above: readonly number[] = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const same = left[i - 1] === right[j - 1];
      const step = Math.min(
        at(above, j) + 1,
        at(row, j - 1) + 1,
        at(above, j - 1) + (same ? 0 : 1),
      );
      const swapped =
        i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      row.push(swapped ? Math.min(step, at(before, j - 2) + 1) : step);
    }
    before = above;
    above = row;
  }
  return at(above, right.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
