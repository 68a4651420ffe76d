/** A number for each answer, by source and destination; equal for equal answers. */
export interface Cells {
  readonly size: number;
  at(from: number, to: number): number;
}

/** What a lone pod finds at itself: as good as any answer. */
export const ITSELF_CELL = 0;

/**
 * Puts ends together that can take each other's place: equal rows and equal columns, and among
 * themselves the same answer throughout. Groups come in the order of their first member.
 *
 * @returns `undefined` as soon as there are more than `most`.
 */
export function interchangeable(
  cells: Cells,
  most: number,
): readonly (readonly number[])[] | undefined {
  const buckets = new Map<string, number[][]>();
  const groups: number[][] = [];
  for (let index = 0; index < cells.size; index += 1) {
    const key = census(index, cells);
    const bucket = buckets.get(key) ?? [];
    buckets.set(key, bucket);
    const group = bucket.find(([first]) => first !== undefined && areAlike(first, index, cells));
    if (group !== undefined) {
      group.push(index);
      continue;
    }
    if (groups.length === most) return undefined;
    const made = [index];
    bucket.push(made);
    groups.push(made);
  }
  return groups;
}

/** How often each answer occurs: the same for ends that are alike, and quick to compare. */
function census(index: number, cells: Cells): string {
  const counts = new Map<number, number>();
  for (let other = 0; other < cells.size; other += 1) {
    if (other === index) continue;
    const out = cells.at(index, other);
    const into = -1 - cells.at(other, index);
    counts.set(out, (counts.get(out) ?? 0) + 1);
    counts.set(into, (counts.get(into) ?? 0) + 1);
  }
  return [...counts].sort(([left], [right]) => left - right).join(';');
}

function areAlike(left: number, right: number, { size, at }: Cells): boolean {
  const between = at(left, right);
  const itself = [at(left, left), at(right, right)];
  if (at(right, left) !== between) return false;
  if (!itself.every((cell) => cell === ITSELF_CELL || cell === between)) return false;
  for (let other = 0; other < size; other += 1) {
    if (other === left || other === right) continue;
    if (at(left, other) !== at(right, other) || at(other, left) !== at(other, right)) return false;
  }
  return true;
}
