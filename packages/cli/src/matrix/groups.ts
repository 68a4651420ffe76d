/** By source, and then by destination: equal numbers for equal answers. As many rows as columns. */
export type Cells = readonly Int32Array[];

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
  for (const index of cells.keys()) {
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
  const out: number[] = [];
  const into: number[] = [];
  for (let other = 0; other < cells.length; other += 1) {
    if (other === index) continue;
    const [to, from] = [cellAt(cells, index, other), cellAt(cells, other, index)];
    out[to] = (out[to] ?? 0) + 1;
    into[from] = (into[from] ?? 0) + 1;
  }
  return `${out.join()};${into.join()}`;
}

function areAlike(left: number, right: number, cells: Cells): boolean {
  const between = cellAt(cells, left, right);
  const itself = [cellAt(cells, left, left), cellAt(cells, right, right)];
  if (cellAt(cells, right, left) !== between) return false;
  if (!itself.every((cell) => cell === ITSELF_CELL || cell === between)) return false;
  for (let other = 0; other < cells.length; other += 1) {
    if (other === left || other === right) continue;
    if (cellAt(cells, left, other) !== cellAt(cells, right, other)) return false;
    if (cellAt(cells, other, left) !== cellAt(cells, other, right)) return false;
  }
  return true;
}

function cellAt(cells: Cells, from: number, to: number): number {
  return cells[from]?.[to] ?? ITSELF_CELL;
}
