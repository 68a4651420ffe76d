/**
 * Lists items on one line of at most `width` characters; says how many are left out. The first one
 * is never left out.
 */
export function elide(items: readonly string[], width: number): string {
  return wrap(items, width, 1)[0] ?? '';
}

/** Lists items on at most so many lines; the last one says how many are left out. */
export function wrap(items: readonly string[], width: number, most: number): readonly string[] {
  const lines: string[] = [];
  let left = items;
  while (left.length > 0) {
    const last = lines.length === most - 1;
    const count = fitting(left, width, last);
    const more = left.length - count;
    const end = more === 0 ? '' : last ? ` +${more}` : ',';
    lines.push(`${left.slice(0, count).join(', ')}${end}`);
    if (last) break;
    left = left.slice(count);
  }
  return lines;
}

/** How many of the items a line holds, with what has to be said of the rest. */
function fitting(items: readonly string[], width: number, last: boolean): number {
  let length = -2;
  let count = 0;
  for (const item of items) {
    length += item.length + 2;
    if (length > width) break;
    const end = last ? ` +${items.length - count - 1}`.length : 1;
    if (length + end <= width || count === 0) count += 1;
  }
  return length <= width ? items.length : Math.max(count, 1);
}
