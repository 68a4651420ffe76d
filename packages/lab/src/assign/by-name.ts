/**
 * Orders names as people count: `web-2` comes before `web-10`.
 *
 * Runs of digits are compared by their length first, so that no two names are equal that differ.
 */
export function byName(left: string, right: string): number {
  if (left === right) return 0;
  let at = 0;
  while (at < left.length && left[at] === right[at]) at += 1;
  const inNumber = isDigit(left, at - 1) || (isDigit(left, at) && isDigit(right, at));
  const longer = inNumber ? digitsFrom(left, at) - digitsFrom(right, at) : 0;
  return longer === 0 ? (left < right ? -1 : 1) : longer;
}

function digitsFrom(text: string, start: number): number {
  let end = start;
  while (isDigit(text, end)) end += 1;
  return end - start;
}

function isDigit(text: string, at: number): boolean {
  const character = text[at];
  return character !== undefined && character >= '0' && character <= '9';
}
