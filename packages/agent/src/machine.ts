import { type NetlinkSocket, openNetfilterSocket } from '@ringfence/netlink';
import type { PodInterfaces } from './host/pod-interfaces.ts';
import { watchInterfaces } from './host/watch-interfaces.ts';
import type { AgentOptions } from './options.ts';

/** The agent's lines to the kernel of the network namespace that it is in. */
export interface Machine {
  /** Whose tables these are: no other socket can change them. */
  readonly rules: NetlinkSocket;
  readonly tracking: NetlinkSocket;
  readonly interfaces: PodInterfaces;
  /** Closes all of them; what is in the kernel stays. */
  close(): Promise<void>;
}

/** Opens all lines, or none. @throws {KernelError|SystemError} */
export function openMachine({
  podInterfaces,
  exclude = [],
  believe = 'pods',
}: Pick<AgentOptions, 'podInterfaces' | 'exclude' | 'believe'>): Machine {
  const opened: NetlinkSocket[] = [];
  const open = (): NetlinkSocket => {
    const socket = openNetfilterSocket();
    opened.push(socket);
    return socket;
  };
  try {
    const [rules, tracking] = [open(), open()];
    const interfaces = watchInterfaces({ podInterfaces, exclude, believe });
    return {
      rules,
      tracking,
      interfaces,
      async close() {
        for (const socket of opened) socket.close();
        interfaces.close();
        await interfaces.ended;
      },
    };
  } catch (error) {
    for (const socket of opened) socket.close();
    throw error;
  }
}
