import type { Protocol } from '@ringfence/core';

/** Who takes part in a truth table: a name, and the ports on which it is asked. */
export interface Asked {
  readonly name: string;
  readonly ports: readonly AskedPort[];
}

export interface AskedPort {
  readonly protocol: Protocol;
  readonly port: number;
}

/** A party's ports that have the same answers, and the answer for each party as the source. */
export interface TruthRow {
  readonly to: string;
  /** Empty for a party that is asked nothing. */
  readonly ports: readonly AskedPort[];
  readonly cells: readonly Cell[];
}

/**
 * `part`: some of the pods, or one of the families. `itself`: a lone pod to itself. Only where
 * connections were made: `open` are some that policy denies, `lost` some that it allows and that got
 * no answer, `broken` some that could not be tried.
 */
export type Cell = 'yes' | 'no' | 'part' | 'itself' | 'notAsked' | 'open' | 'lost' | 'broken';

/** Asks who may reach whom, on every port that anybody is asked on; equal answers share a row. */
export function truthRows<Party extends Asked>(
  parties: readonly Party[],
  judge: (from: Party, to: Party, port: AskedPort) => Cell,
): readonly TruthRow[] {
  return parties.flatMap((to): readonly TruthRow[] => {
    if (to.ports.length === 0) {
      return [{ to: to.name, ports: [], cells: parties.map(() => 'notAsked') }];
    }
    const rows = new Map<
      string,
      { readonly ports: AskedPort[]; readonly cells: readonly Cell[] }
    >();
    for (const port of to.ports) {
      const cells = parties.map((from) => judge(from, to, port));
      const same = rows.get(cells.join());
      if (same === undefined) rows.set(cells.join(), { ports: [port], cells });
      else same.ports.push(port);
    }
    return [...rows.values()].map((row) => ({ to: to.name, ...row }));
  });
}
