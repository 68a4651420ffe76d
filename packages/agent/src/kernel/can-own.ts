import { commit, KernelError, type NetlinkSocket } from '@ringfence/netlink';
import { tableOf } from './install-changes.ts';

/** Linux before 5.12 says the first to an owner, Linux before 6.9 the second to one that outlives it. */
const NOT_KNOWN = ['EINVAL', 'EOPNOTSUPP'];

/**
 * Whether a socket can own a table that stays when the socket is closed. One is made and deleted at
 * once, which nobody sees.
 *
 * @param table what ours are called: the one that is tried has a longer name.
 * @throws {KernelError} where no table can be made at all.
 */
export function canOwn(socket: NetlinkSocket, table: string): boolean {
  const tried = tableOf({ family: 'inet', table: `${table}_tried` }, true);
  try {
    commit(socket, [
      { kind: 'createTable', table: tried },
      { kind: 'deleteTable', table: tried },
    ]);
    return true;
  } catch (error) {
    if (error instanceof KernelError && NOT_KNOWN.includes(error.code)) return false;
    throw error;
  }
}
