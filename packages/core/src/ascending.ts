/** Orders two values by themselves, for `sort`: the same everywhere, whatever the locale. */
export function ascending<T extends string | number | bigint>(left: T, right: T): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
