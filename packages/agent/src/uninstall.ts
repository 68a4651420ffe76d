import {
  type Change,
  commit,
  type NetlinkSocket,
  nftTables,
  openNetfilterSocket,
} from '@ringfence/netlink';
import { clearMarks } from './kernel/clear-marks.ts';
import { tableNames } from './reconcile/our-tables.ts';

/**
 * Removes our tables, and our bits from all flows: everything is open afterwards.
 *
 * @returns false where there were none.
 * @throws {KernelError} where an agent is running, whose tables they are.
 */
export function uninstall(table: string, markMask: number): boolean {
  const socket = openNetfilterSocket();
  try {
    const ours = tablesOf(socket, table);
    commit(socket, ours);
    if (ours.length > 0) clearMarks(socket, markMask);
    return ours.length > 0;
  } finally {
    socket.close();
  }
}

function tablesOf(socket: NetlinkSocket, table: string): readonly Change[] {
  const names = tableNames(table);
  return nftTables(socket)
    .filter(
      ({ family, name }) => names.includes(name) && (family === 'inet' || family === 'bridge'),
    )
    .map(({ family, name }) => ({ kind: 'deleteTable', table: { family, name } }));
}
