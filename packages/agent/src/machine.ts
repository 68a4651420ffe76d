import { type NetlinkSocket, openNetfilterSocket } from '@ringfence/netlink';
import type { PodInterfaces } from './host/pod-interfaces.ts';
import { watchInterfaces } from './host/watch-interfaces.ts';
import { canOwn } from './kernel/can-own.ts';
import { type EditWatch, watchEdits } from './kernel/watch-edits.ts';
import type { AgentOptions } from './options.ts';
import { ourReferences } from './reconcile/our-tables.ts';

/** The agent's lines to the kernel of the network namespace that it is in. */
export interface Machine {
  /** Whose tables these are. */
  readonly rules: NetlinkSocket;
  /** Whether the kernel keeps other sockets from changing them. */
  readonly owned: boolean;
  /** What others do to them; `undefined` where they can do nothing. */
  readonly edits: EditWatch | undefined;
  readonly tracking: NetlinkSocket;
  readonly interfaces: PodInterfaces;
  /** Closes all of them; what is in the kernel stays. */
  close(): Promise<void>;
}

/** Opens all lines, or none. @throws {KernelError|SystemError} */
export function openMachine(
  options: Pick<AgentOptions, 'podInterfaces' | 'exclude' | 'believe' | 'table' | 'ownTables'>,
): Machine {
  const { podInterfaces, exclude = [], believe = 'pods', table, ownTables = true } = options;
  const opened: { close(): void }[] = [];
  const open = (): NetlinkSocket => {
    const socket = openNetfilterSocket();
    opened.push(socket);
    return socket;
  };
  try {
    const [rules, tracking] = [open(), open()];
    const owned = ownTables && canOwn(rules, table);
    // Before any table is read: what is done to it later is told.
    const edits = owned ? undefined : watchEdits(rules, ourReferences(table));
    if (edits !== undefined) opened.push(edits);
    const interfaces = watchInterfaces({ podInterfaces, exclude, believe });
    return {
      rules,
      owned,
      edits,
      tracking,
      interfaces,
      async close() {
        for (const each of opened) each.close();
        interfaces.close();
        await Promise.all([interfaces.ended, edits?.ended]);
      },
    };
  } catch (error) {
    for (const each of opened) each.close();
    throw error;
  }
}
