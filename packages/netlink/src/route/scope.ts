/** How far away a destination is, or how far an address is known; by the kernel's names. */
export type RouteScope = 'universe' | 'site' | 'link' | 'host' | 'nowhere';

const RT_SCOPE: ReadonlyMap<RouteScope, number> = new Map([
  ['universe', 0],
  ['site', 200],
  ['link', 253],
  ['host', 254],
  ['nowhere', 255],
]);

/** The kernel's number of a scope. */
export function scopeNumber(scope: RouteScope): number {
  return RT_SCOPE.get(scope) ?? 0;
}

/** The scope with a number; the number itself where people gave it a meaning of their own. */
export function scopeNumbered(number: number): RouteScope | number {
  for (const [scope, own] of RT_SCOPE) if (own === number) return scope;
  return number;
}
