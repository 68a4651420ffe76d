import { Buffer } from 'node:buffer';
import {
  type NetlinkSocket,
  nftChains,
  nftElements,
  nftRules,
  nftSets,
  nftTables,
  type TableReference,
} from '@ringfence/netlink';

/** The table of ours that there is of a family, by whichever of its names. */
export function tableOf(socket: NetlinkSocket, family: 'inet' | 'bridge'): TableReference {
  const found = nftTables(socket).filter(
    (each) => each.family === family && /^ringfence(?:_2)?$/.test(each.name),
  );
  const [table] = found;
  if (table === undefined || found.length > 1) {
    throw new Error(`there are ${found.length} tables ${family} ringfence`);
  }
  return table;
}

/**
 * What the kernel holds of ours, as text: chains with their hooks, how many rules each has, and all
 * elements. The generation and names of tables may be others after a repair, and are left out.
 */
export function heldText(socket: NetlinkSocket): string {
  return (['inet', 'bridge'] as const).map((family) => tableText(socket, family)).join('\n');
}

function tableText(socket: NetlinkSocket, family: 'inet' | 'bridge'): string {
  const table = tableOf(socket, family);
  const dormant = nftTables(socket).some(
    (each) => each.family === family && each.name === table.name && each.flags.dormant,
  );
  const rules = Map.groupBy(nftRules(socket, table), ({ chain }) => chain);
  const chains = nftChains(socket, table).map(
    ({ name, base }) => `${name} ${JSON.stringify(base)} ${rules.get(name)?.length ?? 0}`,
  );
  const sets = nftSets(socket, table)
    .filter(({ flags }) => !flags.includes('anonymous'))
    .map(({ name }) => {
      const reference = { family, table: table.name, name };
      const elements = nftElements(socket, reference).map(elementText);
      return `${name}: ${elements.sort().join(' ')}`;
    });
  return [`${family} ${dormant ? 'dormant' : ''}`, ...chains.sort(), ...sets.sort()].join('\n');
}

function elementText({ key, data, keyEnd }: ReturnType<typeof nftElements>[number]): string {
  const bytes = (value: unknown): string =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : JSON.stringify(value ?? '');
  return `${bytes(key)}-${bytes(keyEnd)}=${bytes(data)}`;
}
