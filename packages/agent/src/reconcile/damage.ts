import type { Touch } from '@ringfence/netlink';

/** What of a table somebody else may have changed since it was what it should be. */
export type Damage =
  | { readonly kind: 'any' }
  | {
      readonly kind: 'parts';
      readonly table: string;
      /** Whose rules may be others. */
      readonly chains: ReadonlySet<string>;
      /** That were made, or made others. */
      readonly madeChains: ReadonlySet<string>;
      /** Whose elements may be others. */
      readonly sets: ReadonlySet<string>;
      /** Whether it may see no packets. */
      readonly dormant: boolean;
    };

/** So many things are not looked at one by one any more. */
export const MOST_TOUCHES = 200;

/** What there may be to repair, after all that was done to the tables of one family. */
export function damageOf(touches: readonly Touch[]): Damage {
  const [first] = touches;
  if (first === undefined || touches.length >= MOST_TOUCHES) return { kind: 'any' };
  const parts = {
    chains: new Set<string>(),
    madeChains: new Set<string>(),
    sets: new Set<string>(),
    dormant: false,
  };
  for (const { table, how, object, name } of touches) {
    if (table.name !== first.table.name) return { kind: 'any' };
    if (object === 'element') parts.sets.add(name);
    else if (object === 'rule') parts.chains.add(name);
    else if (object === 'table' && how === 'new') parts.dormant = true;
    else if (object === 'chain' && how === 'new') parts.madeChains.add(name);
    else return { kind: 'any' };
  }
  return { kind: 'parts', table: first.table.name, ...parts };
}
