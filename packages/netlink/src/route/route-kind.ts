/** What a route does with packets, by the kernel's names and in the order of its numbers. */
const RTN = [
  'unspec',
  'unicast',
  'local',
  'broadcast',
  'anycast',
  'multicast',
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
  'nat',
  'xresolve',
] as const;

/**
 * `unicast` sends, `local` takes in, `blackhole` drops without a word, `unreachable` and `prohibit`
 * tell the sender, `throw` goes on with the next rule.
 */
export type RouteKind = (typeof RTN)[number];

/** The kernel's number of a kind. */
export function routeKindNumber(kind: RouteKind): number {
  return RTN.indexOf(kind);
}

/** The kind with a number; the number itself when it is younger than this program. */
export function routeKindNumbered(number: number): RouteKind | number {
  return RTN[number] ?? number;
}
