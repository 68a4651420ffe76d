import type { HeldTable } from '@ringfence/agent';

/** The tables that enforce, and what is to be said of them. */
export interface FoundTables {
  readonly inet: HeldTable | undefined;
  readonly bridge: HeldTable | undefined;
  readonly wrong: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Finds the tables that enforce among those that have our names.
 *
 * @param name the first of our names.
 */
export function tablesIn(
  tables: readonly HeldTable[],
  { name, needsBridge }: { readonly name: string; readonly needsBridge: boolean },
): FoundTables {
  const wrong: string[] = [];
  const notes: string[] = [];
  const find = (family: HeldTable['family'], isNeeded: boolean): HeldTable | undefined => {
    const those = tables.filter((table) => table.family === family);
    for (const table of those) {
      if (table.dormant) wrong.push(`${nameOf(table)} is dormant: it sees no packets`);
      else if (!enforces(table)) {
        notes.push(`${nameOf(table)} sees no packets: a new table was begun, and never brought up`);
      }
    }
    const [first, ...others] = those.filter(enforces);
    if (first === undefined) {
      const why = those.length === 0 ? 'there is no' : 'nothing sees packets in';
      if (isNeeded) wrong.push(`${why} table ${family} ${name}: nothing is enforced by it`);
      return undefined;
    }
    for (const other of others) {
      wrong.push(`${nameOf(other)} is there beside ${nameOf(first)}: packets must pass both`);
    }
    notes.push(...ownershipOf(first));
    return first;
  };
  return { inet: find('inet', true), bridge: find('bridge', needsBridge), wrong, notes };
}

function nameOf({ family, name }: HeldTable): string {
  return `table ${family} ${name}`;
}

function enforces({ dormant, ruleset }: HeldTable): boolean {
  return !dormant && ruleset.chains.some(({ base }) => base !== undefined);
}

function ownershipOf(table: HeldTable): readonly string[] {
  if (table.ownerPort === 0) {
    return [
      `nobody owns ${nameOf(table)}: no agent lives here, and any program of root may change it`,
    ];
  }
  return table.persistent ? [] : [`${nameOf(table)} goes when the agent ends`];
}
