import { type Flow, flows, KernelError, type NetlinkSocket, setMark } from '@ringfence/netlink';

/**
 * Clears bits of the mark of every flow of a netfilter socket's namespace; the others stay.
 *
 * Flows that begin meanwhile may be left out: those that a table marks at the same time are its own.
 *
 * @returns how many flows had such bits.
 */
export function clearMarks(socket: NetlinkSocket, mask: number): number {
  const marked = flows(socket).filter(({ mark }) => (mark & mask) !== 0);
  for (const flow of marked) clear(socket, flow, mask);
  return marked.length;
}

function clear(socket: NetlinkSocket, flow: Flow, mask: number): void {
  try {
    setMark(socket, flow, { mark: 0, mask });
  } catch (error) {
    // It has ended meanwhile.
    if (!(error instanceof KernelError) || error.code !== 'ENOENT') throw error;
  }
}
