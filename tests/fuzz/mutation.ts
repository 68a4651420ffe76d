import * as fc from 'fast-check';
import { arbField } from './json-value.arbitrary.ts';

/** One change of a value that was sound. */
export interface Mutation {
  /** Which of all the places below the value, counted as a reader meets them. */
  readonly place: number;
  readonly change:
    | { readonly kind: 'replace'; readonly by: unknown }
    | { readonly kind: 'add'; readonly field: string; readonly value: unknown }
    | { readonly kind: 'remove' }
    | { readonly kind: 'repeat' };
}

/** @param names fields that may be added where they do not belong. */
export function arbMutations(
  names: readonly string[],
  most: number,
): fc.Arbitrary<readonly Mutation[]> {
  const change: fc.Arbitrary<Mutation['change']> = fc.oneof(
    fc.record({ kind: fc.constant('replace' as const), by: arbField }),
    fc.record({
      kind: fc.constant('add' as const),
      field: fc.constantFrom('__proto__', 'constructor', '', ...names),
      value: arbField,
    }),
    fc.constant({ kind: 'remove' as const }),
    fc.constant({ kind: 'repeat' as const }),
  );
  return fc.array(fc.record({ place: fc.nat(), change }), { minLength: 1, maxLength: most });
}

/** The value with one of its places changed. */
export function mutated(value: unknown, { place, change }: Mutation): unknown {
  return changedAt(value, { left: place % placesIn(value) }, change);
}

function placesIn(value: unknown): number {
  return childrenOf(value).reduce((sum, [, child]) => sum + placesIn(child), 1);
}

function childrenOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function changedAt(value: unknown, at: { left: number }, change: Mutation['change']): unknown {
  if (at.left === 0) {
    at.left = -1;
    return changed(value, change);
  }
  at.left -= 1;
  const children = childrenOf(value).flatMap(([key, child]) => {
    const chosen = at.left === 0;
    const next = at.left < 0 ? child : changedAt(child, at, change);
    if (!chosen) return [[key, next] as const];
    if (change.kind === 'remove') return [];
    return [[key, next] as const, ...(change.kind === 'repeat' ? [[key, child] as const] : [])];
  });
  if (Array.isArray(value)) return children.map(([, child]) => child);
  return typeof value === 'object' && value !== null ? Object.fromEntries(children) : value;
}

/** Repeating and removing are for what is around. */
function changed(value: unknown, change: Mutation['change']): unknown {
  if (change.kind === 'replace') return change.by;
  if (change.kind !== 'add') return value;
  if (Array.isArray(value)) return [...value, change.value];
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries([...Object.entries(value), [change.field, change.value]]);
}
