import { KernelError, type NetlinkSocket, type NftRule, nftRules } from '@ringfence/netlink';
import type { TableName } from './encode-set.ts';

/** By which numbers the kernel knows the rules of a table. */
export interface RuleHandles {
  /** The handle of a rule. @param place counted from 0. @throws {KernelError} where there is no such rule. */
  of(chain: string, place: number): number;
  /**
   * Reads the handles of chains again: a rule that replaces another one may have one of its own. A
   * kernel that left all as they were the first time is taken to do so always.
   */
  renew(chains: readonly string[]): void;
}

/**
 * Keeps the handles of a table's rules. Of a chain of which nothing is known they are read when they are
 * asked for: most are never asked for.
 *
 * @param known the table's rules where they have been read already.
 */
export function ruleHandles(
  socket: NetlinkSocket,
  { family, table }: TableName,
  known: readonly NftRule[] = [],
): RuleHandles {
  const reference = { family, name: table };
  const handles = new Map<string, number[]>();
  const note = (rules: readonly NftRule[]): void => {
    for (const { chain, handle } of rules) {
      const sofar = handles.get(chain);
      if (sofar === undefined) handles.set(chain, [handle]);
      else sofar.push(handle);
    }
  };
  note(known);
  let areKept: boolean | undefined;
  return {
    of(chain, place) {
      if (!handles.has(chain)) note(nftRules(socket, reference, chain));
      const handle = handles.get(chain)?.[place];
      if (handle !== undefined) return handle;
      const object = `rule ${place} of chain ${family} ${table} ${chain}`;
      throw new KernelError({ code: 'ENOENT', operation: 'find', object, detail: '' });
    },
    renew(chains) {
      if (areKept === true) return;
      let same = true;
      for (const chain of chains) {
        const before = handles.get(chain);
        handles.delete(chain);
        note(nftRules(socket, reference, chain));
        const after = handles.get(chain);
        same &&= before?.every((handle, place) => handle === after?.[place]) === true;
      }
      areKept ??= same;
    },
  };
}
